-- Motions and the decisions on them, decisions taken on paper, and who acts for a seat until when.

CREATE TABLE motion (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    stationing_id TEXT NOT NULL REFERENCES stationing (id),
    version BIGINT NOT NULL,
    proposer TEXT NOT NULL,
    seats TEXT NOT NULL,
    stage BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'agreed', 'refused', 'withdrawn')),
    basis TEXT NOT NULL,
    consult TEXT NOT NULL,
    wrapped_key {blob} NOT NULL,
    body {blob} NOT NULL,
    at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    settled_at BIGINT NOT NULL,
    UNIQUE (kind, subject, version)
) {strict};

CREATE INDEX motion_open ON motion (since) WHERE state = 'open';
CREATE INDEX motion_by_mission ON motion (stationing_id, kind, at);

CREATE TABLE motion_step (
    id TEXT PRIMARY KEY,
    motion_id TEXT NOT NULL REFERENCES motion (id) ON DELETE CASCADE,
    stage BIGINT NOT NULL,
    seat TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('agree', 'refuse', 'heard', 'withdraw')),
    person_id TEXT NOT NULL,
    paper BIGINT NOT NULL,
    version BIGINT NOT NULL,
    basis TEXT NOT NULL,
    words {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX motion_step_by_motion ON motion_step (motion_id, at);

CREATE TABLE paper_decision (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    proposal_id TEXT NOT NULL,
    seat TEXT NOT NULL,
    words {blob} NOT NULL,
    entered_by TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX paper_decision_by_report ON paper_decision (report_id, at);

CREATE TABLE stand_in (
    id TEXT PRIMARY KEY,
    seat TEXT NOT NULL,
    team_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    given_by TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    basis {blob} NOT NULL,
    at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL
) {strict};

CREATE INDEX stand_in_standing ON stand_in (person_id, seat, team_id) WHERE ended_at = 0;

ALTER TABLE approval ADD COLUMN paper BIGINT NOT NULL DEFAULT 0;

ALTER TABLE approval ADD COLUMN acting TEXT NOT NULL DEFAULT '';
