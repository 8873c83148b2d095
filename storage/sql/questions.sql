-- ask --
-- Puts a question to the reporter; a released one is shown at the next query.
INSERT INTO question (id, report_id, kind, text_key, words, asked_by, asked_at, released_by, released_at,
    answered_at, answer_version, dropped_at)
VALUES (:id, :report_id, :kind, :text_key, :words, :asked_by, :asked_at, :released_by, :released_at,
    0, 0, 0)

-- get --
-- One question.
SELECT * FROM question WHERE id = :id

-- of --
-- Every question of one report.
SELECT * FROM question WHERE report_id = :report_id ORDER BY asked_at, id

-- unreleased --
-- Free questions that wait for the leader.
SELECT * FROM question WHERE released_at = 0 AND dropped_at = 0 ORDER BY asked_at, id

-- release --
-- The leader lets a question go out.
UPDATE question SET released_by = :released_by, released_at = :at
WHERE id = :id AND released_at = 0 AND dropped_at = 0
RETURNING id

-- drop --
-- The leader does not let it go out, or the asker takes it back.
UPDATE question SET dropped_at = :at WHERE id = :id AND answered_at = 0 AND dropped_at = 0 RETURNING id

-- answer --
-- The reporter answered.
UPDATE question SET answered_at = :at, answer_version = :version
WHERE id = :id AND answered_at = 0
RETURNING id
