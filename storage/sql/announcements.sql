-- add --
-- Remembers that a person is told of a report, and when the bundled card leaves.
INSERT INTO announcement (id, report_id, person_id, at, goes_at, withdrawn_at)
VALUES (:id, :report_id, :person_id, :at, :goes_at, 0)

-- waiting --
-- What of a person's bundle has not left yet.
SELECT COUNT(*) AS n, MIN(goes_at) AS goes_at FROM announcement
WHERE person_id = :person_id AND goes_at > :now AND withdrawn_at = 0

-- told --
-- Who was or will be told of a report.
SELECT DISTINCT person_id FROM announcement WHERE report_id = :report_id AND withdrawn_at = 0
ORDER BY person_id

-- withdraw --
-- A person is told of a report no more.
UPDATE announcement SET withdrawn_at = :at
WHERE report_id = :report_id AND person_id = :person_id AND withdrawn_at = 0
