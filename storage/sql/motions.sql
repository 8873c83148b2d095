-- add --
-- Puts a motion; the version counts how often this subject was put.
INSERT INTO motion (id, kind, subject, stationing_id, version, proposer, seats, stage, state, basis, consult,
    wrapped_key, body, at, since, settled_at)
VALUES (:id, :kind, :subject, :stationing,
    (SELECT COALESCE(MAX(m.version), 0) + 1 FROM motion m WHERE m.kind = :kind AND m.subject = :subject),
    :proposer, :seats, 0, 'open', :basis, :consult, :wrapped_key, :body, :at, :at, 0)

-- get --
-- One motion.
SELECT * FROM motion WHERE id = :id

-- open_of --
-- The motion on a subject that waits for a decision; there is at most one.
SELECT * FROM motion WHERE kind = :kind AND subject = :subject AND state = 'open' ORDER BY version DESC LIMIT 1

-- last_of --
-- The newest motion on a subject, however it ended.
SELECT * FROM motion WHERE kind = :kind AND subject = :subject ORDER BY version DESC LIMIT 1

-- waiting --
-- Every motion that waits for a decision, the oldest first.
SELECT * FROM motion WHERE state = 'open' ORDER BY since, id

-- idle --
-- Motions whose present stage has waited since before a moment.
SELECT * FROM motion WHERE state = 'open' AND since < :before ORDER BY since, id

-- of_mission --
-- Every motion of one kind in a mission, oldest first.
SELECT * FROM motion WHERE stationing_id = :stationing AND kind = :kind ORDER BY at, id

-- advance --
-- Hands a motion on to its next seat, if nobody was faster.
UPDATE motion SET stage = stage + 1, since = :at WHERE id = :id AND stage = :stage AND state = 'open' RETURNING stage

-- settle --
-- Ends a motion, if nobody was faster.
UPDATE motion SET state = :state, settled_at = :at WHERE id = :id AND stage = :stage AND state = 'open' RETURNING id

-- step --
-- Records who decided, was heard or withdrew.
INSERT INTO motion_step (id, motion_id, stage, seat, verdict, person_id, paper, version, basis, words, at)
VALUES (:id, :motion, :stage, :seat, :verdict, :person, :paper, :version, :basis, :words, :at)

-- steps --
-- What happened to a motion, oldest first.
SELECT * FROM motion_step WHERE motion_id = :motion ORDER BY at, stage, id
