-- bound --
-- Whose chat this is.
SELECT person_id FROM binding WHERE chat = :chat

-- roster --
-- The token of the people as they stand.
SELECT token FROM roster WHERE one = 1

-- roster_change --
-- Somebody's name, seat or recusal has changed.
INSERT INTO roster (one, token) VALUES (1, :token)
ON CONFLICT (one) DO UPDATE SET token = excluded.token

-- seats --
-- What a person is, over all rounds or in one.
SELECT DISTINCT role, team_id, unit_id, department_id FROM role
 WHERE person_id = :person AND (CAST(:round AS TEXT) = '' OR round_id = :round)
 ORDER BY role, team_id, unit_id, department_id

-- all_seats --
-- What everybody is.
SELECT DISTINCT person_id, role, team_id, unit_id, department_id FROM role
 ORDER BY person_id, role, team_id, unit_id, department_id

-- holders --
-- Who holds a role, everywhere or in one place.
SELECT DISTINCT person_id FROM role
 WHERE role = :role AND (CAST(:team AS TEXT) = '' OR team_id = :team)
   AND (CAST(:unit AS TEXT) = '' OR unit_id = :unit)
   AND (CAST(:department AS TEXT) = '' OR department_id = :department)
   AND (CAST(:round AS TEXT) = '' OR round_id = :round)
 ORDER BY person_id

-- person --
-- One person.
SELECT id, name, pledged_at FROM person WHERE id = :id

-- persons --
-- Everybody with their sealed names.
SELECT id, name, pledged_at FROM person ORDER BY id

-- put_person --
-- A person by id.
INSERT INTO person (id, name) VALUES (:id, :name)
ON CONFLICT (id) DO UPDATE SET name = excluded.name

-- pledge --
-- The person has read the pledge.
UPDATE person SET pledged_at = :at WHERE id = :id AND pledged_at IS NULL RETURNING id

-- add_seat --
-- One role of one person in one round.
INSERT INTO role (round_id, person_id, role, team_id, unit_id, department_id)
VALUES (:round, :person, :role, :team, :unit, :department)
ON CONFLICT (round_id, person_id, role, team_id, unit_id, department_id) DO NOTHING

-- clear_seats --
-- The seats of a round are written anew with each plan.
DELETE FROM role WHERE round_id = :round

-- unseated --
-- People who are bound and hold no seat any more.
SELECT DISTINCT b.person_id FROM binding b
 WHERE NOT EXISTS (SELECT 1 FROM role r WHERE r.person_id = b.person_id)
 ORDER BY b.person_id

-- recusals --
-- The register of recusals.
SELECT id, person_id, unit_id, names FROM recusal ORDER BY person_id, id

-- recuse --
-- One entry of the register; declaring it again changes nothing.
INSERT INTO recusal (id, person_id, round_id, unit_id, names, at, checked_to)
VALUES (:id, :person, :round, :unit, :names, :at, :upto)
ON CONFLICT (id) DO NOTHING

-- unchecked --
-- The oldest entry whose reports are not all looked through.
SELECT * FROM recusal WHERE checked_to <> '~' ORDER BY at, id LIMIT 1

-- looked_through --
-- The entries of which nothing is left to look through.
SELECT * FROM recusal WHERE checked_to = '~' ORDER BY person_id, id

-- checked --
-- An entry is looked through up to a report; '~' stands after every one.
UPDATE recusal SET checked_to = :upto WHERE id = :id

-- clear_recusals --
-- Entries that come from the plan of a round are written anew with each plan.
DELETE FROM recusal WHERE round_id = :round

-- add_invite --
-- An invitation by the index of its code.
INSERT INTO invite (code, person_id, made_by, at, expires_at) VALUES (:code, :person, :made_by, :at, :expires_at)

-- invite --
-- An invitation by the index of its code.
SELECT person_id, expires_at, used_at FROM invite WHERE code = :code

-- use_invite --
-- One use.
UPDATE invite SET used_at = :at WHERE code = :code AND used_at IS NULL RETURNING person_id

-- void_invites --
-- Invitations of a person that nobody used end now.
UPDATE invite SET expires_at = :at WHERE person_id = :person AND used_at IS NULL AND expires_at > :at

-- bind --
-- A chat belongs to a person.
INSERT INTO binding (id, chat, person_id, address, at) VALUES (:id, :chat, :person, :address, :at)
ON CONFLICT (chat) DO NOTHING RETURNING id

-- unbind --
-- A chat belongs to nobody.
DELETE FROM binding WHERE chat = :chat RETURNING person_id

-- unbind_person --
-- None of the chats of a person belongs to the person any more.
DELETE FROM binding WHERE person_id = :person

-- bindings --
-- The sealed addresses of a person, oldest first.
SELECT id, address FROM binding WHERE person_id = :person ORDER BY at, id
