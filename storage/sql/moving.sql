-- free_letters --
-- Events that a process of the old store had not handled are anybody's.
UPDATE inbox SET worker = '' WHERE state = 'new' AND worker <> ''

-- free_messages --
-- Messages that waited in such a process are anybody's.
UPDATE outbox SET worker = '' WHERE state = 'planned' AND worker <> ''

-- give_leaving --
-- Messages that were leaving belong to whoever will settle them.
UPDATE outbox SET worker = :heir WHERE state = 'sending' AND worker <> :heir

-- forget_workers --
-- Processes of the old store are not here.
DELETE FROM worker

-- forget_leases --
-- Nor is anything held.
DELETE FROM lease

-- name_dead --
-- A process that is dead already, so that the first living one settles what it leaves.
INSERT INTO worker (id, alive_until) VALUES (:id, 0)

-- living --
-- A process that works on the store.
SELECT id FROM worker WHERE alive_until >= :now LIMIT 1
