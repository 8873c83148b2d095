-- delegate --
-- The leader lets the deputy act in his place.
INSERT INTO delegation (id, team_id, deputy_id, given_by, at, until_at, ended_at)
VALUES (:id, :team_id, :deputy_id, :given_by, :at, :until_at, 0)

-- delegated --
-- Whether a deputy may act for the leader of a team now, and from when until when.
SELECT id, at, until_at FROM delegation
WHERE deputy_id = :deputy_id AND team_id = :team_id AND ended_at = 0 AND at <= :now AND until_at > :now
ORDER BY at LIMIT 1

-- end_delegation --
-- The leader takes a delegation back.
UPDATE delegation SET ended_at = :at WHERE team_id = :team_id AND ended_at = 0

-- declare --
-- Keeps a declaration of recusal for the one who looks at it.
INSERT INTO recusal_declaration (id, person_id, team_id, words, at, seen_by, seen_at)
VALUES (:id, :person_id, :team_id, :words, :at, '', 0)

-- declarations --
-- Declarations nobody has looked at, oldest first.
SELECT * FROM recusal_declaration WHERE seen_at = 0 ORDER BY at, id

-- declaration --
-- One declaration.
SELECT * FROM recusal_declaration WHERE id = :id

-- saw --
-- Somebody entitled has looked at a declaration, once.
UPDATE recusal_declaration SET seen_by = :by, seen_at = :at WHERE id = :id AND seen_at = 0
RETURNING id
