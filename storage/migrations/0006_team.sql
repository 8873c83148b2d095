-- The team's work on reports: proposals and approvals, sendings, entries, notices, readings, delegations.

CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    disposition TEXT NOT NULL,
    stages TEXT NOT NULL,
    stage BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'returned')),
    proposer TEXT NOT NULL,
    proposer_seat TEXT NOT NULL,
    details {blob} NOT NULL,
    basis TEXT NOT NULL,
    at BIGINT NOT NULL,
    settled_at BIGINT NOT NULL
) {strict};

CREATE INDEX proposal_by_report ON proposal (report_id, at);
CREATE INDEX proposal_open ON proposal (report_id) WHERE state = 'open';

CREATE TABLE approval (
    id TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL REFERENCES proposal (id) ON DELETE CASCADE,
    stage BIGINT NOT NULL,
    seat TEXT NOT NULL,
    person_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('agree', 'return')),
    words {blob} NOT NULL,
    basis TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX approval_by_proposal ON approval (proposal_id, at);

CREATE TABLE sending (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    department_id TEXT NOT NULL,
    letter {blob} NOT NULL,
    sent_on TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    back_on TEXT NOT NULL,
    back {blob},
    back_by TEXT NOT NULL,
    back_at BIGINT NOT NULL
) {strict};

CREATE INDEX sending_by_report ON sending (report_id, at);

CREATE TABLE staff_entry (
    report_id TEXT PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('letter', 'call', 'visit', 'box')),
    arrived_on TEXT NOT NULL,
    papers BIGINT NOT NULL,
    details {blob} NOT NULL,
    entered_by TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE TABLE announcement (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    goes_at BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    withdrawn_at BIGINT NOT NULL
) {strict};

CREATE INDEX announcement_waiting ON announcement (goes_at, person_id)
    WHERE told_at = 0 AND withdrawn_at = 0;
CREATE INDEX announcement_by_report ON announcement (report_id, person_id);

CREATE TABLE reading (
    token {blob} PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
) {strict};

CREATE TABLE delegation (
    id TEXT PRIMARY KEY,
    team_id TEXT NOT NULL,
    deputy_id TEXT NOT NULL,
    given_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL
) {strict};

CREATE INDEX delegation_by_deputy ON delegation (deputy_id, team_id);

CREATE TABLE collective_decision (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    proposal_id TEXT NOT NULL,
    body TEXT NOT NULL CHECK (body IN ('team', 'committee', 'heard')),
    held_on TEXT NOT NULL,
    words {blob} NOT NULL,
    entered_by TEXT NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX collective_decision_by_report ON collective_decision (report_id, at);

CREATE TABLE recusal_declaration (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    words {blob} NOT NULL,
    at BIGINT NOT NULL,
    seen_by TEXT NOT NULL,
    seen_at BIGINT NOT NULL
) {strict};

CREATE INDEX recusal_declaration_unseen ON recusal_declaration (seen_at, at);
