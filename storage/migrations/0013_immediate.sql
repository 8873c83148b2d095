-- Texts written anew for a unit with their checks, notices with the unit's results, matters of principals, urgent reports.

CREATE TABLE unit_text (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('immediate', 'transfer_unit')),
    stationing_id TEXT NOT NULL,
    head_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    author TEXT NOT NULL,
    days BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'proposed', 'decided', 'sent', 'dropped')),
    proposal_id TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX unit_text_by_head ON unit_text (head_id, at);
CREATE INDEX unit_text_by_state ON unit_text (state, at);

CREATE TABLE unit_text_source (
    text_id TEXT NOT NULL REFERENCES unit_text (id) ON DELETE CASCADE,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    PRIMARY KEY (text_id, report_id)
) {strict};

CREATE INDEX unit_text_source_by_report ON unit_text_source (report_id);

CREATE TABLE unit_text_version (
    text_id TEXT NOT NULL REFERENCES unit_text (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    words {blob} NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (text_id, version)
) {strict};

CREATE TABLE unit_text_step (
    id TEXT PRIMARY KEY,
    text_id TEXT NOT NULL REFERENCES unit_text (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    act TEXT NOT NULL,
    person_id TEXT NOT NULL,
    facts TEXT NOT NULL,
    words {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX unit_text_step_by_text ON unit_text_step (text_id, at);

CREATE TABLE unit_notice (
    id TEXT PRIMARY KEY,
    text_id TEXT NOT NULL UNIQUE,
    stationing_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    words {blob} NOT NULL,
    sent_on TEXT NOT NULL,
    due TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    signed_by TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'signed', 'reported', 'returned', 'examined', 'done')),
    reminded BIGINT NOT NULL,
    UNIQUE (unit_id, year, serial)
) {strict};

CREATE INDEX unit_notice_by_unit ON unit_notice (unit_id, sent_at);
CREATE INDEX unit_notice_by_state ON unit_notice (state, due);

CREATE TABLE notice_result (
    id TEXT PRIMARY KEY,
    notice_id TEXT NOT NULL REFERENCES unit_notice (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    words {blob} NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('handed', 'returned', 'examined', 'done')),
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    UNIQUE (notice_id, version)
) {strict};

CREATE TABLE principal_matter (
    report_id TEXT PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    looked_to BIGINT NOT NULL,
    unit_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    why {blob} NOT NULL
) {strict};

CREATE TABLE urgent_report (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    criterion TEXT NOT NULL,
    words {blob} NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX urgent_report_by_report ON urgent_report (report_id, at);
