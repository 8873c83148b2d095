-- without_event --
-- Approved missions still running that lack an event which the clock brings.
SELECT s.id FROM stationing s
 WHERE s.approved_at IS NOT NULL AND s.state <> 'closed'
   AND NOT EXISTS (SELECT 1 FROM milestone m WHERE m.stationing_id = s.id AND m.event = :event AND m.about = '')
 ORDER BY s.starts_on, s.id LIMIT :limit

-- begun_without --
-- Missions that began in the books and lack an event which follows.
SELECT s.id FROM stationing s
  JOIN milestone b ON b.stationing_id = s.id AND b.event = 'stationing.start' AND b.about = ''
 WHERE s.ends_on < :today
   AND NOT EXISTS (SELECT 1 FROM milestone m WHERE m.stationing_id = s.id AND m.event = :event AND m.about = '')
 ORDER BY s.ends_on, s.id LIMIT :limit

-- moved_starts --
-- Missions whose first day is no longer the one their notice was counted from.
SELECT s.id, m.id AS milestone_id FROM stationing s
  JOIN milestone m ON m.stationing_id = s.id AND m.event = :event AND m.about = ''
 WHERE m.happened_on <> s.starts_on AND s.state = 'planned'
 ORDER BY s.id LIMIT :limit

-- move_milestone --
-- A day that only was planned moves.
UPDATE milestone SET happened_on = :happened_on WHERE id = :id

-- hang_on --
-- A duty is counted from another day.
UPDATE duty SET trigger_on = :trigger_on WHERE id = :id

-- standing_of --
-- What stands of one obligation of a mission.
SELECT * FROM duty WHERE stationing_id = :stationing AND obligation = :obligation AND state <> 'accepted'
 ORDER BY trigger_on, id

-- owed_by --
-- What stands and is owed by any of the inspecting side or by a department without an account.
SELECT * FROM duty
 WHERE state <> 'accepted' AND department_id = '' AND kind <> 'sign'
   AND obligor NOT IN ('target_unit', 'target_principal')
 ORDER BY due, obligation, id LIMIT :limit

-- keep_fulfilment --
-- How a duty was done, once.
INSERT INTO fulfilment (duty_id, done_on, actor, at, words) VALUES (:duty, :done_on, :actor, :at, :words)
ON CONFLICT (duty_id) DO NOTHING RETURNING duty_id

-- fulfilment --
-- How a duty was done.
SELECT * FROM fulfilment WHERE duty_id = :duty

-- mark --
-- A step of the checklist is done, once.
INSERT INTO checklist_mark (id, stationing_id, item, done_on, actor, at, words)
VALUES (:id, :stationing, :item, :done_on, :actor, :at, :words)
ON CONFLICT (stationing_id, item) DO NOTHING RETURNING id

-- marks --
-- The steps of a mission that are done.
SELECT * FROM checklist_mark WHERE stationing_id = :stationing ORDER BY done_on, id
