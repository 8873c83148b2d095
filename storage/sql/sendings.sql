-- add --
-- Records that something left the house.
INSERT INTO sending (id, report_id, department_id, letter, sent_on, entered_by, at, back_on, back, back_by,
    back_at)
VALUES (:id, :report_id, :department_id, :letter, :sent_on, :entered_by, :at, '', NULL, '', 0)

-- of --
-- What left the house about a report, oldest first.
SELECT * FROM sending WHERE report_id = :report_id ORDER BY at, id

-- came_back --
-- Records the answer to a letter, once.
UPDATE sending SET back_on = :back_on, back = :back, back_by = :back_by, back_at = :at
WHERE id = :id AND back_at = 0
RETURNING id
