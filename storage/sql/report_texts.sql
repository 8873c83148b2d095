-- add --
-- Adds one version of text; the number is the next free one of its report.
INSERT INTO report_text (report_id, version, field, words, author, at)
VALUES (:report_id, :version, :field, :words, :author, :at)

-- next_version --
-- The next free version number of a report.
SELECT COALESCE(MAX(version), 0) + 1 AS version FROM report_text WHERE report_id = :report_id

-- of --
-- Every version of text of a report, in the order in which they came.
SELECT * FROM report_text WHERE report_id = :report_id ORDER BY version
