-- accept --
-- Keep one raw event; nothing is written when it is already known.
INSERT INTO inbox (channel, account, event_id, lane, body, received_at, state, attempts, reason, worker)
VALUES (:channel, :account, :event_id, :lane, :body, :received_at, 'new', 0, '', :worker)
ON CONFLICT (channel, account, event_id) DO NOTHING
{number}

-- pass_through --
-- An event handled in the very unit that keeps it; nothing is written when it is already known.
INSERT INTO inbox (channel, account, event_id, lane, body, received_at, state, attempts, reason)
VALUES (:channel, :account, :event_id, :lane, NULL, :received_at - :received_at % 3600, 'done', 0, '')
ON CONFLICT (channel, account, event_id) DO NOTHING

-- finish --
-- An event is done; its body is forgotten. Nothing is written when it was not open any more.
UPDATE inbox SET state = 'done', body = NULL, received_at = inbox.received_at - inbox.received_at % 3600
 WHERE id = :id AND state = 'new'

-- stumble --
-- One more failed attempt at an event.
UPDATE inbox SET attempts = inbox.attempts + 1, reason = :reason
 WHERE id = :id AND state = 'new'
RETURNING attempts

-- quarantine --
-- A poison event stands aside, alone, with its body for a later replay.
UPDATE inbox SET state = 'poison', reason = :reason WHERE id = :id AND state = 'new'

-- waiting --
-- Events that wait for their turn, oldest first.
SELECT id, channel, account, event_id, lane, body, received_at FROM inbox
 WHERE state = 'new' AND state <> 'done' AND worker = :worker AND id > :after ORDER BY id LIMIT :limit

-- earlier --
-- An event of the same conversation that comes before and is not handled yet.
SELECT id FROM inbox WHERE lane = :lane AND state = 'new' AND id < :id LIMIT 1

-- counts --
-- How many events stand in each open state and since when.
SELECT state, COUNT(*) AS n, MIN(received_at) AS oldest FROM inbox WHERE state <> 'done' GROUP BY state

-- forget_old --
-- Drop handled events of which no platform will send a copy any more.
DELETE FROM inbox WHERE state = 'done' AND received_at < :before

-- stuck --
-- How many events have waited since before a moment.
SELECT COUNT(*) AS n FROM inbox WHERE state = 'new' AND state <> 'done' AND received_at < :before
