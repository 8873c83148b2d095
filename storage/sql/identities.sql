-- keep --
-- Keeps what a named reporter said about herself.
INSERT INTO report_identity (report_id, wrapped_key, facts, at)
VALUES (:report_id, :wrapped_key, :facts, :at)

-- of --
-- What a named reporter said about herself, sealed.
SELECT * FROM report_identity WHERE report_id = :report_id

-- drop --
-- Destroys it with its key.
DELETE FROM report_identity WHERE report_id = :report_id
