-- stationing --
-- One mission with the names of its team and unit.
SELECT s.*, t.name AS team_name, u.name AS unit_name
  FROM stationing s JOIN team t ON t.id = s.team_id JOIN unit u ON u.id = s.unit_id
 WHERE s.id = :id

-- accepting --
-- Missions whose window is open and whose texts are approved.
SELECT s.*, t.name AS team_name, u.name AS unit_name
  FROM stationing s JOIN team t ON t.id = s.team_id JOIN unit u ON u.id = s.unit_id
 WHERE s.accept_from <= :at AND s.accept_until > :at AND s.approved_at IS NOT NULL AND s.state <> 'closed'
 ORDER BY u.name, s.id

-- of_unit --
-- Every mission at a unit, the latest first.
SELECT s.*, t.name AS team_name, u.name AS unit_name
  FROM stationing s JOIN team t ON t.id = s.team_id JOIN unit u ON u.id = s.unit_id
 WHERE s.unit_id = :unit
 ORDER BY s.starts_on DESC, s.id

-- of_team --
-- Every mission of a team, the latest first.
SELECT s.*, t.name AS team_name, u.name AS unit_name
  FROM stationing s JOIN team t ON t.id = s.team_id JOIN unit u ON u.id = s.unit_id
 WHERE s.team_id = :team
 ORDER BY s.starts_on DESC, s.id

-- every --
-- Every mission there ever was.
SELECT s.*, t.name AS team_name, u.name AS unit_name
  FROM stationing s JOIN team t ON t.id = s.team_id JOIN unit u ON u.id = s.unit_id
 ORDER BY s.starts_on, s.id

-- ripe --
-- Approved missions whose first day has come and that nobody opened yet.
SELECT s.*, t.name AS team_name, u.name AS unit_name
  FROM stationing s JOIN team t ON t.id = s.team_id JOIN unit u ON u.id = s.unit_id
 WHERE s.state = 'planned' AND s.approved_at IS NOT NULL AND s.starts_on <= :today
 ORDER BY s.id

-- set_state --
-- Open or close a mission.
UPDATE stationing SET state = :state WHERE id = :id

-- approve --
-- The office has approved what this mission shows.
UPDATE stationing SET approved_at = :at, approved_by = :actor WHERE id = :id AND approved_at IS NULL RETURNING id

-- put_stationing --
-- A new mission, or the same one with other dates; approval freezes its profile version.
INSERT INTO stationing (id, round_id, entry, team_id, unit_id, starts_on, ends_on, accept_from, accept_until,
                        profile_id, profile_version, state, approved_at, approved_by)
VALUES (:id, :round, :entry, :team, :unit, :starts_on, :ends_on, :accept_from, :accept_until,
        :profile, :version, 'planned', NULL, NULL)
ON CONFLICT (id) DO UPDATE SET team_id = excluded.team_id, starts_on = excluded.starts_on,
    ends_on = excluded.ends_on, accept_from = excluded.accept_from, accept_until = excluded.accept_until,
    profile_id = CASE WHEN stationing.approved_at IS NULL THEN excluded.profile_id ELSE stationing.profile_id END,
    profile_version = CASE WHEN stationing.approved_at IS NULL THEN excluded.profile_version
                           ELSE stationing.profile_version END

-- entry --
-- The mission that stands for one entry of a plan at one unit.
SELECT id, team_id, profile_id, accept_from, accept_until, state, approved_at FROM stationing
 WHERE round_id = :round AND entry = :entry AND unit_id = :unit

-- of_round --
-- What a round has, to see what a new plan no longer names.
SELECT id, entry, team_id, unit_id, profile_id, state, approved_at FROM stationing WHERE round_id = :round ORDER BY id

-- drop_stationing --
-- A mission that never began leaves the plan.
DELETE FROM stationing WHERE id = :id AND state = 'planned'

-- drop_windows --
-- What was recorded of its window leaves with it.
DELETE FROM window_change WHERE stationing_id = :id

-- add_window --
-- An acceptance window was moved.
INSERT INTO window_change (id, stationing_id, accept_from, accept_until, at, actor)
VALUES (:id, :stationing, :accept_from, :accept_until, :at, :actor)

-- windows --
-- How the window of a mission moved, oldest first.
SELECT * FROM window_change WHERE stationing_id = :stationing ORDER BY at, id

-- unnoticed --
-- Moves of windows whose new notice is not out, oldest first.
SELECT * FROM window_change WHERE noticed_at IS NULL ORDER BY at, id

-- notice_given --
-- The new notice of a moved window is out.
UPDATE window_change SET noticed_at = :at WHERE stationing_id = :stationing AND noticed_at IS NULL

-- put_round --
-- A round by its id.
INSERT INTO round (id, name, profile_id) VALUES (:id, :name, :profile)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, profile_id = excluded.profile_id

-- rounds --
-- Every round.
SELECT id, name, profile_id FROM round ORDER BY id

-- put_unit --
-- A unit by its id.
INSERT INTO unit (id, name, aliases, kind) VALUES (:id, :name, :aliases, :kind)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, aliases = excluded.aliases, kind = excluded.kind

-- units --
-- Every unit.
SELECT id, name, aliases, kind FROM unit ORDER BY id

-- unit --
-- One unit.
SELECT id, name, aliases, kind FROM unit WHERE id = :id

-- put_team --
-- A team by its id.
INSERT INTO team (id, name) VALUES (:id, :name)
ON CONFLICT (id) DO UPDATE SET name = excluded.name

-- teams --
-- Every team.
SELECT id, name FROM team ORDER BY id

-- put_department --
-- A department by its id.
INSERT INTO department (id, name, kind) VALUES (:id, :name, :kind)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind

-- departments --
-- Every department.
SELECT id, name, kind FROM department ORDER BY id

-- department --
-- One department.
SELECT id, name, kind FROM department WHERE id = :id

-- last_plan --
-- The plan of a round as it was last applied.
SELECT version, plan FROM plan_version WHERE round_id = :round ORDER BY version DESC LIMIT 1

-- add_plan --
-- The plan as it is now applied.
INSERT INTO plan_version (round_id, version, plan, at, actor) VALUES (:round, :version, :plan, :at, :actor)
