-- serial --
-- The highest number of a unit's notices in one year.
SELECT max(serial) AS serial FROM unit_notice WHERE unit_id = :unit_id AND year = :year

-- add --
-- Keeps a notice that left for a unit.
INSERT INTO unit_notice (id, text_id, stationing_id, unit_id, kind, year, serial, words, sent_on, due,
    sent_by, sent_at, signed_by, signed_at, state, reminded)
VALUES (:id, :text_id, :stationing_id, :unit_id, :kind, :year, :serial, :words, :sent_on, :due,
    :sent_by, :sent_at, '', 0, 'sent', 0)

-- get --
-- One notice.
SELECT * FROM unit_notice WHERE id = :id

-- of_unit --
-- The notices of a unit, the newest first.
SELECT * FROM unit_notice WHERE unit_id = :unit_id ORDER BY sent_at DESC, id

-- unfinished --
-- Notices that are not done, the earliest date first.
SELECT * FROM unit_notice WHERE state <> 'done' ORDER BY due, id LIMIT :limit

-- sign --
-- The unit signs, once.
UPDATE unit_notice SET signed_by = :person_id, signed_at = :at, state = 'signed'
WHERE id = :id AND state = 'sent'
RETURNING id

-- move --
-- Moves a notice on, if it stands where it was seen.
UPDATE unit_notice SET state = :state WHERE id = :id AND state = :was
RETURNING id

-- reminded --
-- How far the reminding about a notice has come.
UPDATE unit_notice SET reminded = :reminded WHERE id = :id AND reminded < :reminded
RETURNING id

-- add_result --
-- Keeps one version of what the unit reports.
INSERT INTO notice_result (id, notice_id, version, words, actor, at, state, decided_by, decided_at)
VALUES (:id, :notice_id, :version, :words, :actor, :at, 'handed', '', 0)

-- results --
-- What the unit reported on a notice, oldest first.
SELECT * FROM notice_result WHERE notice_id = :notice_id ORDER BY version

-- result --
-- One result.
SELECT * FROM notice_result WHERE id = :id

-- decide_result --
-- Examines, returns or records a result, if it stands where it was seen.
UPDATE notice_result SET state = :state, decided_by = :person_id, decided_at = :at
WHERE id = :id AND state = :was
RETURNING id
