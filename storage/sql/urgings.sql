-- add --
-- Keeps an officer's act of reminding with the words that left.
INSERT INTO urging (id, duty_id, number, level, words, actor, at)
VALUES (:id, :duty, :number, :level, :words, :actor, :at)

-- of --
-- What officers sent about a duty, the oldest first.
SELECT * FROM urging WHERE duty_id = :duty ORDER BY number
