-- add --
-- A wish for another date, or a decision that came on paper.
INSERT INTO extension (id, duty_id, asked_by, asked_at, reason, was_on, new_on, state, paper, decided_by, decided_at,
                       answer)
VALUES (:id, :duty_id, :asked_by, :asked_at, :reason, :was_on, :new_on, :state, :paper, :decided_by, :decided_at,
        :answer)

-- get --
-- One of them.
SELECT * FROM extension WHERE id = :id

-- of --
-- All of one duty, oldest first.
SELECT * FROM extension WHERE duty_id = :duty ORDER BY asked_at, id

-- waiting --
-- What is not decided, oldest first.
SELECT * FROM extension WHERE state IN ('asked', 'put') ORDER BY asked_at, id

-- settle --
-- It moves on, once from each state.
UPDATE extension SET state = :state, decided_by = :decided_by, decided_at = :decided_at, answer = :answer
 WHERE id = :id AND state = :was RETURNING id
