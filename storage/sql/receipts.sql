-- keep_pass --
-- Keeps the verifier of a query phrase; the phrase itself is nowhere.
INSERT INTO report_pass (report_id, verifier, made_at, noted_at)
VALUES (:report_id, :verifier, :made_at, 0)

-- pass_of --
-- The verifier of one report.
SELECT * FROM report_pass WHERE report_id = :report_id

-- noted --
-- The reporter proved to have written the phrase down.
UPDATE report_pass SET noted_at = :at WHERE report_id = :report_id

-- missed --
-- Remembers one wrong receipt of one conversation.
INSERT INTO receipt_guess (id, lane, at) VALUES (:id, :lane, :at)

-- misses --
-- How many wrong receipts one conversation gave since a moment.
SELECT COUNT(*) AS n FROM receipt_guess WHERE lane = :lane AND at > :since

-- forget_misses --
-- Drops wrong receipts that no longer count.
DELETE FROM receipt_guess WHERE at <= :before
