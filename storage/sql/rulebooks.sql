-- keep --
-- The text of a rulebook, once.
INSERT INTO rulebook (digest, profile_id, version, body, at) VALUES (:digest, :profile_id, :version, :body, :at)
ON CONFLICT (digest) DO NOTHING

-- give --
-- A mission gets its rulebook, once.
INSERT INTO mission_rulebook (stationing_id, digest, at) VALUES (:stationing, :digest, :at)
ON CONFLICT (stationing_id) DO NOTHING RETURNING stationing_id

-- replace --
-- A mission gets another rulebook by an audited recompute.
UPDATE mission_rulebook SET digest = :digest, at = :at WHERE stationing_id = :stationing

-- of_mission --
-- The rulebook a mission started under.
SELECT r.body FROM mission_rulebook m JOIN rulebook r ON r.digest = m.digest WHERE m.stationing_id = :stationing

-- without --
-- Approved missions that have none.
SELECT s.id FROM stationing s LEFT JOIN mission_rulebook m ON m.stationing_id = s.id
 WHERE m.stationing_id IS NULL AND s.approved_at IS NOT NULL ORDER BY s.id LIMIT :limit
