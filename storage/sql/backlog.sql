-- inbox --
-- Events that are not handled, by state, and when the first of each came.
SELECT 'new' AS state,
       (SELECT COUNT(*) FROM inbox WHERE state = 'new' AND state <> 'done') AS n,
       (SELECT received_at FROM inbox WHERE state = 'new' AND state <> 'done' ORDER BY state, id LIMIT 1) AS since
UNION ALL
SELECT 'poison' AS state,
       (SELECT COUNT(*) FROM inbox WHERE state = 'poison' AND state <> 'done') AS n,
       (SELECT received_at FROM inbox WHERE state = 'poison' AND state <> 'done' ORDER BY state, id LIMIT 1) AS since

-- outbox --
-- Messages that have not arrived, by state, and since when the first of each waits; those of later days have no age.
SELECT 'due' AS state, COUNT(*) AS n, MIN(not_before) AS since
  FROM outbox WHERE state = 'planned' AND not_before <= :now
UNION ALL
SELECT 'later' AS state, COUNT(*) AS n, CAST(NULL AS bigint) AS since
  FROM outbox WHERE state = 'planned' AND not_before > :now
UNION ALL
SELECT 'sending' AS state, COUNT(*) AS n, MIN(not_before) AS since FROM outbox WHERE state = 'sending'
UNION ALL
SELECT 'uncertain' AS state,
       (SELECT COUNT(*) FROM outbox WHERE state = 'uncertain' AND state IN ('uncertain', 'failed')) AS n,
       (SELECT settled_at FROM outbox WHERE state = 'uncertain' AND state IN ('uncertain', 'failed') ORDER BY state, id LIMIT 1) AS since
UNION ALL
SELECT 'failed' AS state,
       (SELECT COUNT(*) FROM outbox WHERE state = 'failed' AND state IN ('uncertain', 'failed')) AS n,
       (SELECT settled_at FROM outbox WHERE state = 'failed' AND state IN ('uncertain', 'failed') ORDER BY state, id LIMIT 1) AS since

-- attempts --
-- How often the most stubborn of the messages that wait was tried; a failed attempt moves a message back in time.
SELECT MAX(attempts) AS most
  FROM (SELECT attempts FROM outbox WHERE state = 'planned' AND not_before <= :now + 3600
         ORDER BY not_before DESC, priority DESC, id DESC LIMIT 1000) AS near

-- files --
-- Files whose bytes are on their way, and when the first was announced.
SELECT 'fetching' AS state, COUNT(*) AS n, MIN(at) AS since FROM attachment WHERE state = 'fetching'

-- reminders --
-- Reminders that stand in the ledger and wait for their person's day.
SELECT 'planned' AS state, COUNT(*) AS n, MIN(at) AS since FROM reminder WHERE state = 'planned'

-- audit --
-- Acts that wait for their link in the chain.
SELECT 'unlinked' AS state,
       (SELECT COUNT(*) FROM audit WHERE link IS NULL) AS n,
       (SELECT at FROM audit WHERE link IS NULL ORDER BY id LIMIT 1) AS since

-- workers --
-- How many processes live on this store; none says so where there is only one.
SELECT COUNT(*) AS n FROM worker WHERE alive_until >= :now

-- lease --
-- Whether a process holds a lease.
SELECT 1 AS held FROM lease WHERE name = :name AND holder = :holder AND held_until >= :now

-- stuck_messages --
-- Messages that should have left before a moment, or were tried ten times and still wait; alarms raise none.
SELECT COUNT(*) AS n FROM outbox
 WHERE state = 'planned' AND not_before > 0 AND not_before <= :now + 3600
   AND (not_before < :before OR (attempts >= 10 AND not_before >= :before)) AND substr(topic, 1, 6) <> 'alarm:'

-- troubled_days --
-- Messages that did not arrive, of the last thousand of each kind: how many since a moment; no alarms, no citizen who left.
SELECT COUNT(*) AS n, MAX(settled_at) AS last
  FROM (SELECT * FROM (SELECT settled_at, reason, policy, topic FROM outbox
                        WHERE state = 'uncertain' AND state IN ('uncertain', 'failed')
                        ORDER BY state DESC, id DESC LIMIT 1000) AS doubted
        UNION ALL
        SELECT * FROM (SELECT settled_at, reason, policy, topic FROM outbox
                        WHERE state = 'failed' AND state IN ('uncertain', 'failed')
                        ORDER BY state DESC, id DESC LIMIT 1000) AS refused) AS troubled
 WHERE settled_at >= :since AND NOT (reason = 'gone' AND policy = 'resend_once') AND substr(topic, 1, 6) <> 'alarm:'

-- aside_days --
-- Events that were set aside, of the last thousand: how many came since a moment, and when the last.
SELECT COUNT(*) AS n, MAX(received_at) AS last
  FROM (SELECT received_at FROM inbox WHERE state = 'poison' AND state <> 'done'
         ORDER BY state DESC, id DESC LIMIT 1000) AS aside
 WHERE received_at >= :since

-- alarms --
-- The names of the alarms of one kind that were told from a day on; one text orders them by day.
SELECT dedupe FROM outbox WHERE dedupe >= :first AND dedupe < :after ORDER BY dedupe

-- stuck_files --
-- Files that were announced before a moment and are still not here.
SELECT COUNT(*) AS n FROM attachment WHERE state = 'fetching' AND at < :before

-- stuck_reminders --
-- Reminders planned before a moment whose person had no message today; a paused duty waits with its reminders.
SELECT COUNT(*) AS n FROM reminder r
 WHERE r.state = 'planned' AND r.at + 0 < :before
   AND NOT EXISTS (SELECT 1 FROM reminder_day d WHERE d.person_id = r.recipient AND d.day = :day)
   AND NOT EXISTS (SELECT 1 FROM pause p WHERE p.duty_id = r.duty_id AND p.ended_at = 0 AND p.until > :day)
