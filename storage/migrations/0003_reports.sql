-- Reports with their texts, receipts, questions, notes and history; every word of a person sealed.

CREATE TABLE report (
    id TEXT PRIMARY KEY,
    code_index {blob} NOT NULL UNIQUE,
    code {blob} NOT NULL,
    wrapped_key {blob},
    stationing_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    queue TEXT NOT NULL CHECK (queue IN ('team', 'office', 'leading', 'superior')),
    hidden BIGINT NOT NULL,
    state TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    category TEXT NOT NULL,
    matter TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    named BIGINT NOT NULL,
    origin TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    important BIGINT NOT NULL,
    briefed BIGINT NOT NULL,
    concerns_principal BIGINT NOT NULL,
    leader_only BIGINT NOT NULL,
    pressed BIGINT NOT NULL,
    marks TEXT NOT NULL,
    reasons TEXT NOT NULL,
    holder TEXT NOT NULL,
    disposition TEXT NOT NULL,
    version BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    claimed_at BIGINT NOT NULL,
    state_at BIGINT NOT NULL,
    next_on TEXT NOT NULL,
    merged_into TEXT NOT NULL
) {strict};

CREATE INDEX report_by_stationing ON report (stationing_id, queue, is_open, urgent, queued_at);
CREATE INDEX report_by_queue ON report (queue, is_open, urgent, queued_at);
CREATE INDEX report_by_holder ON report (holder, is_open);
CREATE INDEX report_by_next ON report (is_open, next_on);
CREATE INDEX report_by_merged ON report (merged_into);

CREATE TABLE report_text (
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    field TEXT NOT NULL,
    words {blob} NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (report_id, version)
) {strict};

CREATE TABLE report_identity (
    report_id TEXT PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    wrapped_key {blob} NOT NULL,
    facts {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE TABLE report_pass (
    report_id TEXT PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    verifier {blob} NOT NULL,
    made_at BIGINT NOT NULL,
    noted_at BIGINT NOT NULL
) {strict};

CREATE TABLE report_recusal (
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL,
    doubt BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (report_id, person_id)
) {strict};

CREATE INDEX report_recusal_by_person ON report_recusal (person_id);

CREATE TABLE report_event (
    id {id},
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    facts TEXT NOT NULL
) {strict};

CREATE INDEX report_event_by_report ON report_event (report_id, id);

CREATE TABLE note (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    words {blob} NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX note_by_report ON note (report_id, at);

CREATE TABLE question (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('fact', 'free')),
    text_key TEXT NOT NULL,
    words {blob},
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    released_by TEXT NOT NULL,
    released_at BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    answer_version BIGINT NOT NULL,
    dropped_at BIGINT NOT NULL
) {strict};

CREATE INDEX question_by_report ON question (report_id, asked_at);
CREATE INDEX question_unreleased ON question (released_at, dropped_at);

CREATE TABLE scope_key (
    scope TEXT PRIMARY KEY,
    wrapped {blob} NOT NULL,
    made_at BIGINT NOT NULL
) {strict};

CREATE TABLE push_link (
    report_id TEXT PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    scope TEXT NOT NULL REFERENCES scope_key (scope) ON DELETE CASCADE,
    lane_index {blob} NOT NULL,
    address {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX push_link_by_lane ON push_link (scope, lane_index);

CREATE TABLE filing_count (
    scope TEXT NOT NULL REFERENCES scope_key (scope) ON DELETE CASCADE,
    lane_index {blob} NOT NULL,
    day TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (scope, lane_index, day)
) {strict};

CREATE INDEX filing_count_by_day ON filing_count (day);

CREATE TABLE receipt_guess (
    id TEXT PRIMARY KEY,
    lane {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX receipt_guess_by_lane ON receipt_guess (lane, at);

CREATE TABLE turned_away (
    day TEXT NOT NULL,
    why TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, why)
) {strict};
