-- keep --
-- Keeps what only the superior office can open.
INSERT INTO superior_letter (id, report_id, sealed, at, told_on, token, token_until, receipt_on, entered_by)
VALUES (:id, :report_id, :sealed, :at, '', NULL, 0, '', '')

-- get --
-- One sealed letter without its bytes.
SELECT id, report_id, at, receipt_on FROM superior_letter WHERE id = :id

-- untold --
-- Letters without a receipt of which the office was not told today.
SELECT id, report_id, at, receipt_on FROM superior_letter
 WHERE receipt_on = '' AND told_on < :day ORDER BY at, id LIMIT :limit

-- told --
-- The office was told today.
UPDATE superior_letter SET told_on = :day WHERE id = :id

-- allow --
-- One download by whoever holds the token, for a short time.
UPDATE superior_letter SET token = :token, token_until = :until WHERE id = :id

-- fetch --
-- The bytes behind a token, once.
UPDATE superior_letter SET token = NULL WHERE token = :token AND token_until >= :at
RETURNING id, sealed

-- receipted --
-- The superior office has it; the first entry counts.
UPDATE superior_letter SET receipt_on = :day, entered_by = :person WHERE id = :id AND receipt_on = ''
RETURNING report_id

-- open_of --
-- How many letters of one report wait for a receipt.
SELECT COUNT(*) AS n FROM superior_letter WHERE report_id = :report_id AND receipt_on = ''
