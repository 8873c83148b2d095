-- add --
-- A new item of a mission under the next number of its own row of numbers.
INSERT INTO rectification_item (id, stationing_id, number, kind, state, due, next_on, percent, principal,
                                applied_by, examined_by, next_check, version, added_by, at, words)
VALUES (:id, :stationing,
        (SELECT COALESCE(MAX(other.number), CAST(:base AS bigint)) + 1 FROM rectification_item AS other
          WHERE other.stationing_id = :stationing
            AND other.number > :base AND other.number <= CAST(:base AS bigint) + 10000),
        :kind, 'open', :due, '', 0, :principal, '', '', :next_check, 1, :actor, :at, :words)

-- get --
-- One item.
SELECT * FROM rectification_item WHERE id = :id

-- of --
-- The items of a mission in order.
SELECT * FROM rectification_item WHERE stationing_id = :stationing ORDER BY number

-- change --
-- An item moves on, if nobody was faster.
UPDATE rectification_item
   SET state = :state, due = :due, next_on = :next_on, percent = :percent, principal = :principal,
       applied_by = :applied_by, examined_by = :examined_by, next_check = :next_check, words = :words,
       version = rectification_item.version + 1
 WHERE id = :id AND version = :version
RETURNING id

-- due_now --
-- Items of which somebody may have to be reminded now.
SELECT * FROM rectification_item WHERE next_check IS NOT NULL AND next_check <= :now
 ORDER BY next_check, stationing_id, number LIMIT :limit

-- check_next --
-- When to look at an item again.
UPDATE rectification_item SET next_check = :next_check WHERE id = :id

-- note --
-- What was done to an item, by whom and when.
INSERT INTO rectification_entry (id, item_id, version, act, side, actor, at, words)
VALUES (:id, :item, :version, :act, :side, :actor, :at, :words)

-- entries --
-- The history of an item, oldest first.
SELECT * FROM rectification_entry WHERE item_id = :item ORDER BY version

-- counts --
-- How many items of a mission stand where, and how many are past the unit's own date.
SELECT state, principal, COUNT(*) AS n,
       SUM(CASE WHEN due < :today AND state IN ('open', 'working') THEN 1 ELSE 0 END) AS late
  FROM rectification_item WHERE stationing_id = :stationing GROUP BY state, principal

-- missions --
-- Missions that have items.
SELECT DISTINCT stationing_id FROM rectification_item ORDER BY stationing_id
