-- expect --
-- A file that was announced; its bytes are fetched later.
INSERT INTO attachment (id, owner, origin, state, channel, account, ref, details, kind, mime, size, blob,
                        wrapped_key, attempts, next_try_at, reason, at, place)
VALUES (:id, :owner, :owner, 'fetching', :channel, :account, :ref, :details, :kind, '', :size, '',
        :wrapped_key, 0, :at, '', :at,
        (SELECT COUNT(*) FROM attachment AS before WHERE before.owner = :owner))
ON CONFLICT (id) DO NOTHING

-- adopt --
-- The file belongs to something else from now on.
UPDATE attachment SET owner = :owner WHERE id = :id

-- of --
-- The files of one owner in the order in which they came; several may come within a second.
SELECT id, state, details, kind, mime, size, blob, wrapped_key, reason FROM attachment
 WHERE owner = :owner ORDER BY at, place, id

-- get --
-- One file.
SELECT id, state, details, kind, mime, size, blob, wrapped_key, reason FROM attachment WHERE id = :id

-- claim --
-- Take files whose bytes are to be fetched now; they come back by themselves after the lease.
UPDATE attachment SET attempts = attachment.attempts + 1, next_try_at = :until
 WHERE id IN (SELECT waiting.id FROM attachment AS waiting
               WHERE waiting.state = 'fetching' AND waiting.next_try_at <= :now
               ORDER BY waiting.next_try_at, waiting.id LIMIT :limit {skip_locked})
   AND state = 'fetching'
RETURNING id, channel, account, ref, details, kind, size, wrapped_key, attempts

-- next_fetch --
-- When the next file is due.
SELECT MIN(next_try_at) AS at FROM attachment WHERE state = 'fetching'

-- stored --
-- The bytes are in the blob store; no row comes back when the file was settled or dropped before.
UPDATE attachment SET state = 'stored', blob = :blob, size = :size, mime = :mime, ref = NULL, origin = ''
 WHERE id = :id AND state = 'fetching' AND attempts = :attempt
RETURNING id

-- postpone --
-- This attempt failed; another follows.
UPDATE attachment SET next_try_at = :next_try_at, reason = :reason
 WHERE id = :id AND state = 'fetching' AND attempts = :attempt

-- origin --
-- Who announced the file, as long as it is on its way.
SELECT owner, origin FROM attachment WHERE id = :id AND state = 'fetching' AND attempts = :attempt

-- close --
-- No bytes will come: the platform failed for good or the file is refused.
UPDATE attachment SET state = :state, reason = :reason, ref = NULL, origin = ''
 WHERE id = :id AND state = 'fetching' AND attempts = :attempt
RETURNING id

-- forget --
-- The files of one owner are gone with their keys.
DELETE FROM attachment WHERE owner = :owner RETURNING blob

-- named_blobs --
-- Blobs that rows name, in order, for the sweep of orphans.
SELECT DISTINCT blob FROM attachment WHERE blob > :after ORDER BY blob LIMIT :limit

-- resume --
-- After a start: whatever a stop cut off is due at once.
UPDATE attachment SET next_try_at = :now WHERE state = 'fetching' AND next_try_at > :now
