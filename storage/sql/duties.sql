-- add_milestone --
-- An event that starts clocks; the first entry of it rules.
INSERT INTO milestone (id, stationing_id, event, about, happened_on, paper, actor, at, words)
VALUES (:id, :stationing_id, :event, :about, :happened_on, :paper, :actor, :at, :words)
ON CONFLICT (stationing_id, event, about) DO NOTHING RETURNING id

-- milestone --
-- One event of a mission.
SELECT * FROM milestone WHERE stationing_id = :stationing AND event = :event AND about = :about

-- milestone_by_id --
-- One event by its id.
SELECT * FROM milestone WHERE id = :id

-- milestones --
-- Every event of a mission, oldest first.
SELECT * FROM milestone WHERE stationing_id = :stationing ORDER BY happened_on, at, id

-- add --
-- A duty, once for each event that starts it.
INSERT INTO duty (id, stationing_id, unit_id, department_id, milestone_id, obligation, kind, title, obligor,
                  trigger_on, period, nominal_due, due, provisional, basis, soft, hard, strength, citation, count,
                  ladder, state, submitted_on, next_on, revision, calendar_version, profile_version, next_check)
VALUES (:id, :stationing_id, :unit_id, :department_id, :milestone_id, :obligation, :kind, :title, :obligor,
        :trigger_on, :period, :nominal_due, :due, :provisional, :basis, :soft, :hard, :strength, :citation, :count,
        :ladder, 'open', '', '', 1, :calendar_version, :profile_version, :next_check)
ON CONFLICT (stationing_id, obligation, milestone_id) DO NOTHING RETURNING id

-- get --
-- One duty.
SELECT * FROM duty WHERE id = :id

-- of_unit --
-- What a unit owes and owed.
SELECT * FROM duty WHERE unit_id = :unit AND department_id = ''
   AND obligor IN ('target_unit', 'target_principal')
 ORDER BY due, obligation, id

-- of_department --
-- What a department owes and owed.
SELECT * FROM duty WHERE department_id = :department AND department_id <> '' ORDER BY due, obligation, id

-- of_stationing --
-- Every duty of a mission.
SELECT * FROM duty WHERE stationing_id = :stationing ORDER BY due, obligation, id

-- standing --
-- Duties in one state that is not the last one, the earliest date first.
SELECT * FROM duty WHERE state = :state AND state <> 'accepted' ORDER BY due, obligation, id LIMIT :limit

-- due_now --
-- Duties whose next rung has come.
SELECT * FROM duty WHERE next_check IS NOT NULL AND next_check <= :now ORDER BY next_check, id LIMIT :limit

-- check_next --
-- When to look at a duty again.
UPDATE duty SET next_check = :next_check WHERE id = :id

-- set_state --
-- A duty moves on.
UPDATE duty SET state = :state, submitted_on = :submitted_on, next_on = :next_on, next_check = :next_check
 WHERE id = :id AND state = :was RETURNING id

-- revise --
-- A duty gets another ladder, and perhaps other dates.
UPDATE duty SET nominal_due = :nominal_due, due = :due, provisional = :provisional, hard = :hard, count = :count,
       ladder = :ladder, revision = revision + 1, calendar_version = :calendar_version,
       extended_to = :extended_to, next_check = :next_check
 WHERE id = :id

-- same_dates --
-- Another calendar gives the same dates.
UPDATE duty SET calendar_version = :calendar_version WHERE id = :id

-- add_document --
-- A version of what was handed in.
INSERT INTO document (id, duty_id, version, state, kind, signed, signed_by, handed_on, paper, actor, at, words,
                      decided_by, decided_at, next_on)
VALUES (:id, :duty_id, :version, :state, :kind, :signed, :signed_by, :handed_on, :paper, :actor, :at, :words,
        '', 0, '')

-- documents --
-- The versions handed in for a duty, oldest first.
SELECT * FROM document WHERE duty_id = :duty AND version > 0 ORDER BY version

-- document --
-- One version.
SELECT * FROM document WHERE id = :id

-- decide_document --
-- A version is accepted or returned, once.
UPDATE document SET state = :state, decided_by = :actor, decided_at = :at, reason = :reason, next_on = :next_on
 WHERE id = :id AND state = 'handed' RETURNING id

-- overtake_documents --
-- A newer version takes the place of those nobody decided.
UPDATE document SET state = 'overtaken' WHERE duty_id = :duty AND state = 'handed'

-- handled_rungs --
-- Which rungs of a revision the ledger knows.
SELECT DISTINCT rung FROM reminder WHERE duty_id = :duty AND revision = :revision

-- remind --
-- A reminder to one person, once for ever.
INSERT INTO reminder (id, duty_id, revision, rung, recipient, purpose, level, template, send_on, late, state, at)
VALUES (:id, :duty_id, :revision, :rung, :recipient, :purpose, :level, :template, :send_on, :late, :state, :at)
ON CONFLICT (duty_id, revision, rung, recipient) DO NOTHING RETURNING id

-- waiting_for --
-- The planned reminders of one person.
SELECT * FROM reminder WHERE recipient = :recipient AND state = 'planned' ORDER BY send_on, duty_id, rung

-- settle --
-- A reminder was sent, set aside, or found nobody.
UPDATE reminder SET state = :state, at = :at WHERE id = :id

-- asked --
-- What waits for an officer's tap, and whom nobody could reach.
SELECT * FROM reminder WHERE state IN ('asked', 'unreachable') ORDER BY at, duty_id, rung, recipient LIMIT :limit

-- settle_question --
-- The officers' question about a rung is answered, once.
UPDATE reminder SET state = :state, at = :at
 WHERE duty_id = :duty AND revision = :revision AND rung = :rung AND state = 'asked' RETURNING id

-- ledger --
-- Everything that was reminded about a duty.
SELECT * FROM reminder WHERE duty_id = :duty ORDER BY revision, rung, recipient

-- next_due --
-- When the next rung of any duty comes.
SELECT next_check FROM duty WHERE next_check IS NOT NULL ORDER BY next_check LIMIT 1

-- recused_from --
-- Who sees nothing of a unit.
SELECT DISTINCT person_id FROM recusal WHERE unit_id = :unit ORDER BY person_id

-- stuck --
-- How many duties should have been looked at before a moment.
SELECT COUNT(*) AS n FROM duty WHERE next_check IS NOT NULL AND next_check < :before

-- first_check --
-- When the planner has to look at a duty next.
SELECT MIN(next_check) AS first FROM duty WHERE next_check IS NOT NULL
