-- write --
-- One act, not linked yet.
INSERT INTO audit (at, actor, action, object, facts, link, digest)
VALUES (:at, :actor, :action, :object, :facts, NULL, '')

-- head --
-- The end of the chain.
SELECT link, digest FROM audit WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1

-- unlinked --
-- Committed acts that wait for their link.
SELECT id, at, actor, action, object, facts FROM audit WHERE link IS NULL ORDER BY id LIMIT :limit

-- link --
-- The act gets its place in the chain.
UPDATE audit SET link = :link, digest = :digest WHERE id = :id AND link IS NULL

-- linked --
-- The chain from a link on.
SELECT id, at, actor, action, object, facts, link, digest FROM audit
 WHERE link > :after ORDER BY link LIMIT :limit

-- tail --
-- How many acts wait for their link, and since when.
SELECT COUNT(*) AS waiting, MIN(at) AS oldest FROM audit WHERE link IS NULL

-- about --
-- The acts on one object in order.
SELECT id, at, actor, action, object, facts FROM audit WHERE object = :object ORDER BY id
