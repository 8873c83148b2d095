-- add --
-- A follow-up of the rectification.
INSERT INTO followup (id, stationing_id, kind, held_on, looked, unfinished, late, actor, at, words)
VALUES (:id, :stationing, :kind, :held_on, :looked, :unfinished, :late, :actor, :at, :words)

-- look --
-- What was found of one item.
INSERT INTO followup_item (followup_id, item_id, done) VALUES (:followup, :item, :done)

-- get --
-- One follow-up.
SELECT * FROM followup WHERE id = :id

-- of --
-- The follow-ups of a mission, oldest first.
SELECT * FROM followup WHERE stationing_id = :stationing ORDER BY held_on, at, id

-- items --
-- What was found of each item, by number.
SELECT followup_item.item_id, followup_item.done
  FROM followup_item JOIN rectification_item ON rectification_item.id = followup_item.item_id
 WHERE followup_item.followup_id = :followup ORDER BY rectification_item.number
