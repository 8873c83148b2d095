-- insert --
-- Files a report.
INSERT INTO report (id, code_index, code, wrapped_key, stationing_id, unit_id, team_id, queue, hidden,
    state, is_open, category, matter, subject_kind, named, origin, urgent, important, briefed,
    concerns_principal, leader_only, pressed, marks, reasons, holder, disposition, version, received_at,
    queued_at, claimed_at, state_at, next_on, merged_into)
VALUES (:id, :code_index, :code, :wrapped_key, :stationing_id, :unit_id, :team_id, :queue, :hidden,
    :state, :is_open, :category, :matter, :subject_kind, :named, :origin, :urgent, :important, :briefed,
    :concerns_principal, :leader_only, :pressed, :marks, :reasons, :holder, :disposition, 1, :received_at,
    :queued_at, :claimed_at, :state_at, :next_on, :merged_into)

-- get --
-- One report by its id.
SELECT * FROM report WHERE id = :id

-- by_code --
-- One report by the blind index of its receipt number.
SELECT * FROM report WHERE code_index = :code_index

-- change --
-- Writes every changeable column, only if nobody else was faster.
UPDATE report SET stationing_id = :stationing_id, unit_id = :unit_id, team_id = :team_id, queue = :queue,
    hidden = :hidden, state = :state, is_open = :is_open, category = :category, matter = :matter,
    urgent = :urgent, important = :important, briefed = :briefed,
    concerns_principal = :concerns_principal, leader_only = :leader_only, pressed = :pressed,
    marks = :marks, reasons = :reasons, holder = :holder, disposition = :disposition,
    queued_at = :queued_at, claimed_at = :claimed_at, state_at = :state_at, next_on = :next_on,
    merged_into = :merged_into, version = version + 1
WHERE id = :id AND version = :version
RETURNING version

-- in_queue --
-- Open reports of one mission in one queue, without those a person is recused from.
SELECT * FROM report
WHERE stationing_id = :stationing_id AND queue = :queue AND is_open = 1
  AND NOT EXISTS (SELECT 1 FROM report_recusal
                  WHERE report_recusal.report_id = report.id AND report_recusal.person_id = :person_id)
  AND NOT EXISTS (SELECT 1 FROM recusal WHERE recusal.person_id = :person_id
                  AND ((recusal.unit_id <> '' AND recusal.unit_id = report.unit_id)
                       OR (recusal.unit_id = '' AND recusal.checked_to < report.id
                           AND report.received_at <= recusal.at)))
ORDER BY urgent DESC, queued_at, id

-- in_any_mission --
-- Open reports in one queue whatever the mission, without those a person is recused from.
SELECT * FROM report
WHERE queue = :queue AND is_open = 1
  AND NOT EXISTS (SELECT 1 FROM report_recusal
                  WHERE report_recusal.report_id = report.id AND report_recusal.person_id = :person_id)
  AND NOT EXISTS (SELECT 1 FROM recusal WHERE recusal.person_id = :person_id
                  AND ((recusal.unit_id <> '' AND recusal.unit_id = report.unit_id)
                       OR (recusal.unit_id = '' AND recusal.checked_to < report.id
                           AND report.received_at <= recusal.at)))
ORDER BY urgent DESC, queued_at, id

-- of_stationing --
-- Every report of one mission, open or not.
SELECT * FROM report WHERE stationing_id = :stationing_id ORDER BY received_at, id

-- page --
-- Reports of before a moment in the order of their ids, from one on.
SELECT * FROM report WHERE id > :after AND received_at <= :before ORDER BY id LIMIT :limit

-- held_by --
-- Open reports that one person holds.
SELECT * FROM report WHERE holder = :holder AND is_open = 1 ORDER BY urgent DESC, queued_at, id

-- unclaimed --
-- Open reports that nobody holds and that wait since before a moment.
SELECT * FROM report
WHERE is_open = 1 AND holder = '' AND queued_at <= :before AND queue = :queue
ORDER BY queued_at, id

-- due --
-- Open reports whose next date has come.
SELECT * FROM report WHERE is_open = 1 AND next_on <> '' AND next_on <= :day ORDER BY next_on, id

-- merged --
-- The reports merged into one.
SELECT * FROM report WHERE merged_into = :id ORDER BY received_at, id

-- shred --
-- Destroys the key of one report; its words can never be read again.
UPDATE report SET wrapped_key = NULL WHERE id = :id

-- record --
-- Adds one line of history.
INSERT INTO report_event (report_id, at, actor, what, facts)
VALUES (:report_id, :at, :actor, :what, :facts)

-- history --
-- The history of one report, oldest first.
SELECT * FROM report_event WHERE report_id = :report_id ORDER BY id

-- recuse --
-- Hides a report from one person; certainty replaces doubt, never the other way.
INSERT INTO report_recusal (report_id, person_id, doubt, at)
VALUES (:report_id, :person_id, :doubt, :at)
ON CONFLICT (report_id, person_id) DO UPDATE
SET doubt = CASE WHEN excluded.doubt < report_recusal.doubt THEN excluded.doubt
                 ELSE report_recusal.doubt END

-- lift --
-- Ends a doubt that was looked into.
DELETE FROM report_recusal WHERE report_id = :report_id AND person_id = :person_id

-- recused --
-- Who does not see one report: found in it, of its unit, or (doubt 2) not looked through yet.
SELECT person_id, doubt FROM report_recusal WHERE report_id = :report_id
UNION ALL
SELECT recusal.person_id AS person_id, CASE WHEN recusal.unit_id = '' THEN 2 ELSE 0 END AS doubt
FROM recusal JOIN report ON report.id = :report_id
WHERE (recusal.unit_id <> '' AND recusal.unit_id = report.unit_id)
   OR (recusal.unit_id = '' AND recusal.checked_to < report.id AND report.received_at <= recusal.at)
ORDER BY person_id, doubt DESC
