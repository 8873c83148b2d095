-- add --
-- Somebody acts for a seat from one day to another; the moments are half open.
INSERT INTO stand_in (id, seat, team_id, person_id, given_by, from_on, until_on, from_at, until_at, basis, at, ended_at)
VALUES (:id, :seat, :team, :person, :given_by, :from_on, :until_on, :from_at, :until_at, :basis, :at, 0)

-- get --
-- One entry.
SELECT * FROM stand_in WHERE id = :id

-- standing --
-- Who acts for a seat now, the latest entry first.
SELECT * FROM stand_in WHERE seat = :seat AND team_id = :team AND ended_at = 0
   AND from_at <= :now AND until_at > :now ORDER BY at DESC, id

-- every --
-- Every entry that stands or is still to begin.
SELECT * FROM stand_in WHERE ended_at = 0 AND until_at > :now ORDER BY from_at, id

-- acts --
-- Whether a person acts for a seat now.
SELECT id FROM stand_in WHERE person_id = :person AND seat = :seat AND team_id = :team AND ended_at = 0
   AND from_at <= :now AND until_at > :now LIMIT 1

-- end --
-- Takes an entry back, once.
UPDATE stand_in SET ended_at = :at WHERE id = :id AND ended_at = 0 RETURNING id
