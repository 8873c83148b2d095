-- add --
-- A letter, once for each number of a year.
INSERT INTO letter (id, number_index, year, stationing_id, department_id, queue, disposition, details, sent_on,
    entered_by, at, received_on, received_by, received_at, returned_on, returned_by, reason)
VALUES (:id, :number_index, :year, :stationing_id, :department_id, :queue, :disposition, :details, :sent_on,
    :entered_by, :at, '', '', 0, '', '', NULL)
ON CONFLICT (number_index, year) DO NOTHING

-- get --
-- One letter.
SELECT * FROM letter WHERE id = :id

-- by_number --
-- The letter of a number and year.
SELECT * FROM letter WHERE number_index = :number_index AND year = :year

-- of_department --
-- The letters of one department, newest first.
SELECT * FROM letter WHERE department_id = :department_id AND department_id <> ''
ORDER BY sent_on DESC, at DESC, id

-- newest --
-- The letters of the office, newest first.
SELECT * FROM letter WHERE queue = 'office' ORDER BY sent_on DESC, at DESC, id LIMIT :limit

-- tally --
-- The letters of the office in a year: sent, signed for, given back.
SELECT COUNT(*) AS sent, SUM(CASE WHEN received_on <> '' THEN 1 ELSE 0 END) AS signed,
    SUM(CASE WHEN returned_on <> '' THEN 1 ELSE 0 END) AS back
FROM letter WHERE queue = 'office' AND year = :year

-- receive --
-- A letter is signed for, once.
UPDATE letter SET received_on = :received_on, received_by = :received_by, received_at = :received_at
WHERE id = :id AND received_on = '' AND returned_on = ''

-- give_back --
-- A letter is given back, once.
UPDATE letter SET returned_on = :returned_on, returned_by = :returned_by, reason = :reason
WHERE id = :id AND returned_on = ''
