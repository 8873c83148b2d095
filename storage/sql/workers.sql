-- beat --
-- A worker lives until a moment (milliseconds).
INSERT INTO worker (id, alive_until) VALUES (:id, :until)
ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until

-- dead --
-- Workers that did not say in time that they live.
SELECT id FROM worker WHERE alive_until < :now AND id <> :me ORDER BY id

-- bury --
-- Whoever removes a dead worker takes over what was its own.
DELETE FROM worker WHERE id = :id AND alive_until < :now

-- leave --
-- A worker that stops says so.
DELETE FROM worker WHERE id = :id

-- hold --
-- Hold a lease that is free, over, or held already; nothing is written otherwise.
INSERT INTO lease (name, holder, held_until) VALUES (:name, :holder, :until)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
 WHERE lease.holder = excluded.holder OR lease.held_until < :now

-- release --
-- Leases of a worker that stops are free at once.
DELETE FROM lease WHERE holder = :holder

-- inherit_letters --
-- Events that a dead worker had not handled are another's.
UPDATE inbox SET worker = :heir WHERE worker = :id AND state = 'new'

-- free_messages --
-- Messages that waited in a dead worker's memory are anybody's.
UPDATE outbox SET worker = '' WHERE worker = :id AND state = 'planned'

-- reserve --
-- Take places on an account's line; `next_at` comes back as the end of what was taken (milliseconds).
INSERT INTO send_line (channel, account, next_at) VALUES (:channel, :account, CAST(:now AS bigint) + CAST(:span AS bigint))
ON CONFLICT (channel, account) DO UPDATE SET next_at =
  CASE WHEN send_line.next_at > :now THEN send_line.next_at ELSE CAST(:now AS bigint) END + CAST(:span AS bigint)
RETURNING next_at

-- probe --
-- A write that means nothing, to see whether the store takes any.
INSERT INTO lease (name, holder, held_until) VALUES (:name, :holder, :at)
ON CONFLICT (name) DO UPDATE SET held_until = excluded.held_until
