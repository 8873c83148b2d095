-- lines --
-- Reports of a time as figures, without those a person is recused from.
SELECT id, stationing_id, unit_id, category, state, queue, disposition, holder, received_at, next_on FROM report
WHERE received_at >= :since AND received_at < :until AND queue IN ('team', 'office')
  AND (:stationing_id = '' OR stationing_id = :stationing_id)
  AND NOT EXISTS (SELECT 1 FROM report_recusal
                  WHERE report_recusal.report_id = report.id AND report_recusal.person_id = :person_id)
  AND NOT EXISTS (SELECT 1 FROM recusal WHERE recusal.person_id = :person_id
                  AND ((recusal.unit_id <> '' AND recusal.unit_id = report.unit_id)
                       OR (recusal.unit_id = '' AND recusal.checked_to < report.id
                           AND report.received_at <= recusal.at)))
ORDER BY received_at, id

-- nowhere --
-- Open reports without a holder and without a date, without those a person is recused from.
SELECT id, stationing_id, unit_id, category, state, queue, disposition, holder, received_at, next_on FROM report
WHERE is_open = 1 AND holder = '' AND next_on = '' AND queue IN ('team', 'office')
  AND NOT EXISTS (SELECT 1 FROM report_recusal
                  WHERE report_recusal.report_id = report.id AND report_recusal.person_id = :person_id)
  AND NOT EXISTS (SELECT 1 FROM recusal WHERE recusal.person_id = :person_id
                  AND ((recusal.unit_id <> '' AND recusal.unit_id = report.unit_id)
                       OR (recusal.unit_id = '' AND recusal.checked_to < report.id
                           AND report.received_at <= recusal.at)))
ORDER BY received_at, id

-- by_unit --
-- How many reports each unit has, without those a person is recused from.
SELECT unit_id, COUNT(*) AS n FROM report
WHERE queue IN ('team', 'office')
  AND NOT EXISTS (SELECT 1 FROM report_recusal
                  WHERE report_recusal.report_id = report.id AND report_recusal.person_id = :person_id)
  AND NOT EXISTS (SELECT 1 FROM recusal WHERE recusal.person_id = :person_id
                  AND ((recusal.unit_id <> '' AND recusal.unit_id = report.unit_id)
                       OR (recusal.unit_id = '' AND recusal.checked_to < report.id
                           AND report.received_at <= recusal.at)))
GROUP BY unit_id ORDER BY unit_id

-- readings --
-- Who opened which report, newest first.
SELECT at, actor, report_id, facts FROM report_event
WHERE what = 'read' AND (report_id = :report_id OR :report_id = '')
ORDER BY id DESC LIMIT :limit
