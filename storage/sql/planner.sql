-- waiting_people --
-- People with planned reminders who had no message today; a paused duty waits with its reminders.
SELECT DISTINCT r.recipient FROM reminder r
 WHERE r.state = 'planned' AND r.recipient > :after
   AND NOT EXISTS (SELECT 1 FROM reminder_day d WHERE d.person_id = r.recipient AND d.day = :day)
   AND NOT EXISTS (SELECT 1 FROM pause p WHERE p.duty_id = r.duty_id AND p.ended_at = 0 AND p.until > :day)
 ORDER BY r.recipient LIMIT :limit

-- claim_day --
-- A person's one message of a day.
INSERT INTO reminder_day (person_id, day, at) VALUES (:person, :day, :at)
ON CONFLICT (person_id, day) DO NOTHING

-- provisional --
-- Open duties with a provisional date of another calendar than today's.
SELECT * FROM duty WHERE provisional = 1 AND state <> 'accepted' AND calendar_version < :calendar_version
UNION ALL
SELECT * FROM duty WHERE provisional = 1 AND state <> 'accepted' AND calendar_version > :calendar_version
 LIMIT :limit

-- of_other_calendar --
-- Whether any open duty with a certain date was counted with another calendar than today's.
SELECT id FROM duty WHERE provisional = 0 AND state <> 'accepted' AND calendar_version < :calendar_version
UNION ALL
SELECT id FROM duty WHERE provisional = 0 AND state <> 'accepted' AND calendar_version > :calendar_version
 LIMIT 1

-- live --
-- Open duties in the order of their ids, from one onwards.
SELECT * FROM duty WHERE state <> 'accepted' AND id > :after ORDER BY id LIMIT :limit

-- live_of_mission --
-- Open duties of one mission in the order of their ids, from one onwards.
SELECT * FROM duty WHERE stationing_id = :stationing AND state <> 'accepted' AND id > :after ORDER BY id LIMIT :limit

-- redate --
-- A duty as another profile or calendar dates it.
UPDATE duty SET period = :period, nominal_due = :nominal_due, due = :due, provisional = :provisional, basis = :basis,
       soft = :soft, hard = :hard, strength = :strength, citation = :citation, count = :count, ladder = :ladder,
       revision = revision + 1, calendar_version = :calendar_version, profile_version = :profile_version,
       next_check = :next_check
 WHERE id = :id

-- pause --
-- The reminders of a duty rest until a day; one pause at a time.
INSERT INTO pause (id, duty_id, until, reason, actor, at, ended_at)
VALUES (:id, :duty_id, :until, :reason, :actor, :at, 0)
ON CONFLICT DO NOTHING RETURNING id

-- pause_of --
-- The pause of a duty that has not ended.
SELECT * FROM pause WHERE duty_id = :duty AND ended_at = 0

-- pauses_over --
-- Pauses whose day has come.
SELECT * FROM pause WHERE ended_at = 0 AND until <= :day ORDER BY until, id LIMIT :limit

-- pauses --
-- Every pause that has not ended, the first to end first.
SELECT * FROM pause WHERE ended_at = 0 ORDER BY until, id LIMIT :limit

-- end_pause --
-- A pause is over, once.
UPDATE pause SET ended_at = :at WHERE id = :id AND ended_at = 0

-- unwatched --
-- Documents that wait for a decision and that nobody counts days for yet.
SELECT d.id, d.duty_id, d.version, d.at FROM document d LEFT JOIN review_watch w ON w.document_id = d.id
 WHERE d.state = 'handed' AND w.document_id IS NULL ORDER BY d.id LIMIT :limit

-- watch --
-- Count the days of an undecided document.
INSERT INTO review_watch (document_id, next_on, times) VALUES (:document, :next_on, 0)
ON CONFLICT (document_id) DO NOTHING

-- idle --
-- Documents that have waited for a decision for too long.
SELECT d.id, d.duty_id, d.version, w.times FROM document d JOIN review_watch w ON w.document_id = d.id
 WHERE d.state = 'handed' AND w.next_on <= :day ORDER BY d.id LIMIT :limit

-- watch_on --
-- The office was told of an idle document; count on.
UPDATE review_watch SET next_on = :next_on, times = times + 1 WHERE document_id = :document

-- look --
-- How far the open duties were looked through for another calendar.
SELECT * FROM calendar_look WHERE version = :version

-- keep_look --
-- Note how far that look has come.
INSERT INTO calendar_look (version, after, differ, done_at) VALUES (:version, :after, :differ, :done_at)
ON CONFLICT (version) DO UPDATE SET after = excluded.after, differ = excluded.differ, done_at = excluded.done_at

-- tell_calendar --
-- The office is told once in a period that a year has no calendar.
INSERT INTO calendar_told (year, period, at) VALUES (:year, :period, :at) ON CONFLICT (year, period) DO NOTHING

-- begin_recompute --
-- Start to date duties anew; only one runs at a time.
INSERT INTO recompute (id, mission, actor, after, changed, started_at, finished_at)
VALUES (:id, :mission, :actor, '', 0, :at, 0)
ON CONFLICT DO NOTHING RETURNING id

-- running_recompute --
-- The recompute that has not finished.
SELECT * FROM recompute WHERE finished_at = 0

-- step_recompute --
-- How far a recompute has come; nothing where another one was faster.
UPDATE recompute SET after = :after, changed = changed + :changed, finished_at = :finished_at
 WHERE id = :id AND after = :was AND finished_at = 0

-- recompute --
-- One run by its id.
SELECT * FROM recompute WHERE id = :id
