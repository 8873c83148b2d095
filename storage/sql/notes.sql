-- add --
-- Adds an internal note.
INSERT INTO note (id, report_id, words, author, at) VALUES (:id, :report_id, :words, :author, :at)

-- of --
-- The internal notes of one report.
SELECT * FROM note WHERE report_id = :report_id ORDER BY at, id
