-- Reports about the leading group: sealed to the superior office, kept until its receipt is entered.

CREATE TABLE superior_letter (
    id TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    sealed {blob} NOT NULL,
    at BIGINT NOT NULL,
    told_on TEXT NOT NULL,
    token {blob},
    token_until BIGINT NOT NULL,
    receipt_on TEXT NOT NULL,
    entered_by TEXT NOT NULL
) {strict};

CREATE INDEX superior_letter_by_report ON superior_letter (report_id);
CREATE INDEX superior_letter_open ON superior_letter (receipt_on, told_on, at);
CREATE INDEX superior_letter_by_token ON superior_letter (token);
