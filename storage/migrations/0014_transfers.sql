-- Transfer letters with numbers of their own, signed for or given back; what a sending belongs to.

CREATE TABLE letter (
    id TEXT PRIMARY KEY,
    number_index {blob} NOT NULL,
    year BIGINT NOT NULL,
    stationing_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    queue TEXT NOT NULL CHECK (queue IN ('office', 'leading')),
    disposition TEXT NOT NULL,
    details {blob} NOT NULL,
    sent_on TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    received_on TEXT NOT NULL,
    received_by TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    returned_on TEXT NOT NULL,
    returned_by TEXT NOT NULL,
    reason {blob},
    UNIQUE (number_index, year)
) {strict};

CREATE INDEX letter_by_department ON letter (department_id, sent_on) WHERE department_id <> '';

ALTER TABLE sending ADD COLUMN letter_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sending ADD COLUMN received_on TEXT NOT NULL DEFAULT '';

CREATE INDEX sending_by_letter ON sending (letter_id) WHERE letter_id <> '';

CREATE INDEX report_event_read ON report_event (id) WHERE what = 'read';
CREATE INDEX report_by_arrival ON report (received_at);
ALTER TABLE unit ADD COLUMN kind TEXT NOT NULL DEFAULT '';
