-- add --
-- Keeps the draft of a special report that goes to the leading group.
INSERT INTO special_report (id, stationing_id, duty_id, words, state, proposer, at, decided_at)
VALUES (:id, :stationing, :duty, :words, 'proposed', :proposer, :at, 0)

-- get --
-- One special report.
SELECT * FROM special_report WHERE id = :id

-- of --
-- Every special report of a mission.
SELECT * FROM special_report WHERE stationing_id = :stationing ORDER BY at, id

-- decide --
-- The leading group agreed or refused, once.
UPDATE special_report SET state = :state, decided_at = :at WHERE id = :id AND state = 'proposed' RETURNING id
