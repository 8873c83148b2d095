-- looked_to --
-- Up to which version of its words a report was looked through for the principal of which unit.
SELECT looked_to, unit_id FROM principal_matter WHERE report_id = :report_id

-- look --
-- Notes how far a report was looked through.
INSERT INTO principal_matter (report_id, looked_to, unit_id, asked_by, asked_at, why)
VALUES (:report_id, :looked_to, :unit_id, '', 0, :why)
ON CONFLICT (report_id) DO UPDATE SET looked_to = excluded.looked_to, unit_id = excluded.unit_id

-- ask --
-- Somebody asks to take the mark back.
UPDATE principal_matter SET asked_by = :person_id, asked_at = :at, why = :why WHERE report_id = :report_id
RETURNING report_id

-- asked --
-- The request to take the mark back.
SELECT asked_by, asked_at, why FROM principal_matter WHERE report_id = :report_id AND asked_at > 0

-- answer --
-- The request is answered.
UPDATE principal_matter SET asked_by = '', asked_at = 0 WHERE report_id = :report_id AND asked_at > 0
RETURNING report_id

-- urge --
-- Keeps an urgent report to the leading group.
INSERT INTO urgent_report (id, report_id, criterion, words, author, at)
VALUES (:id, :report_id, :criterion, :words, :author, :at)

-- urgent --
-- One urgent report.
SELECT * FROM urgent_report WHERE id = :id

-- urgent_of --
-- The urgent reports made about one report, oldest first.
SELECT * FROM urgent_report WHERE report_id = :report_id ORDER BY at, id
