-- add --
-- Records that something left the house.
INSERT INTO sending (id, report_id, department_id, letter, sent_on, entered_by, at, back_on, back, back_by,
    back_at, letter_id, received_on)
VALUES (:id, :report_id, :department_id, :letter, :sent_on, :entered_by, :at, '', NULL, '', 0, :letter_id, '')

-- of --
-- What left the house about a report, oldest first.
SELECT * FROM sending WHERE report_id = :report_id ORDER BY at, id

-- of_letter --
-- The items that went with one letter, in the order in which they were entered.
SELECT * FROM sending WHERE letter_id = :letter_id AND letter_id <> '' ORDER BY at, id

-- rewrite --
-- What is handed over with an item is written anew.
UPDATE sending SET letter = :letter WHERE id = :id

-- received --
-- The receiver has the letter of an item.
UPDATE sending SET received_on = :received_on WHERE id = :id AND received_on = ''

-- came_back --
-- Records the answer to a letter, once.
UPDATE sending SET back_on = :back_on, back = :back, back_by = :back_by, back_at = :at
WHERE id = :id AND back_at = 0
RETURNING id
