-- page --
-- What was sent, asked or found nobody, the newest first; one person's units left out.
SELECT r.id, r.duty_id, r.recipient, r.purpose, r.level, r.late, r.state, r.at, r.send_on,
       d.title, d.kind, d.unit_id, d.stationing_id, d.due
  FROM reminder r JOIN duty d ON d.id = r.duty_id
 WHERE r.recipient <> '' AND r.state <> 'superseded'
   AND (d.stationing_id = :stationing OR :stationing = '') AND (d.id = :duty OR :duty = '')
   AND d.unit_id NOT IN (SELECT unit_id FROM recusal WHERE person_id = :person)
 ORDER BY r.at DESC, r.send_on DESC, r.id LIMIT :limit OFFSET :skip

-- size --
-- How many lines there are.
SELECT COUNT(*) AS n
  FROM reminder r JOIN duty d ON d.id = r.duty_id
 WHERE r.recipient <> '' AND r.state <> 'superseded'
   AND (d.stationing_id = :stationing OR :stationing = '') AND (d.id = :duty OR :duty = '')
   AND d.unit_id NOT IN (SELECT unit_id FROM recusal WHERE person_id = :person)

-- delivery --
-- How the message stands in which a person's reminders of one moment left.
SELECT o.state FROM reminder r
  JOIN outbox o ON o.dedupe IN ('reminder:' || r.id || ':0', 'reminder:' || r.id || ':1', 'reminder:' || r.id || ':2')
 WHERE r.recipient = :recipient AND r.at = :at ORDER BY o.id

-- levels --
-- At which levels something went out about each open duty.
SELECT DISTINCT r.duty_id, r.level FROM reminder r JOIN duty d ON d.id = r.duty_id
 WHERE d.state <> 'accepted' AND r.state IN ('sent', 'planned') AND r.purpose IN ('to', 'copy')
