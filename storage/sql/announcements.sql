-- add --
-- Remembers that a person is to be told of a report, and in which bundle.
INSERT INTO announcement (id, report_id, person_id, at, goes_at, told_at, withdrawn_at)
VALUES (:id, :report_id, :person_id, :at, :goes_at, :told_at, 0)

-- waiting --
-- The reports of which somebody is to be told by now.
SELECT DISTINCT report_id FROM announcement
WHERE told_at = 0 AND withdrawn_at = 0 AND goes_at <= :now
ORDER BY report_id

-- ripe --
-- Bundles whose time has come: for each person, how many reports nobody has taken meanwhile.
SELECT announcement.person_id AS person_id, MAX(announcement.goes_at) AS goes_at,
    SUM(CASE WHEN report.holder = '' AND report.is_open = 1 THEN 1 ELSE 0 END) AS n
FROM announcement JOIN report ON report.id = announcement.report_id
WHERE announcement.told_at = 0 AND announcement.withdrawn_at = 0 AND announcement.goes_at <= :now
GROUP BY announcement.person_id
ORDER BY announcement.person_id LIMIT :limit

-- tell --
-- A person's bundle is told.
UPDATE announcement SET told_at = :now
WHERE person_id = :person_id AND told_at = 0 AND withdrawn_at = 0 AND goes_at <= :now

-- told --
-- Who was or will be told of a report.
SELECT DISTINCT person_id FROM announcement WHERE report_id = :report_id AND withdrawn_at = 0
ORDER BY person_id

-- withdraw --
-- A person is told of a report no more.
UPDATE announcement SET withdrawn_at = :at
WHERE report_id = :report_id AND person_id = :person_id AND withdrawn_at = 0
