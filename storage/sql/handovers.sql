-- add --
-- A proposal to hand the seat of a liaison over.
INSERT INTO handover (id, unit_id, round_id, old_person, new_person, new_name, state, proposed_by, proposed_at,
                      confirmed_by, confirmed_at)
VALUES (:id, :unit, :round, :old, :new, :name, 'proposed', :by, :at, '', 0)

-- get --
-- One handover.
SELECT * FROM handover WHERE id = :id

-- standing --
-- Those in one state, oldest first.
SELECT * FROM handover WHERE state = :state ORDER BY proposed_at, id

-- settle --
-- It moves on, once from each state.
UPDATE handover SET state = :state, confirmed_by = :by, confirmed_at = :at, new_person = :new
 WHERE id = :id AND state = :was RETURNING id

-- move_reminders --
-- What is planned for the old liaison goes to the new one, where he has not got it already.
UPDATE reminder SET recipient = :new
 WHERE recipient = :old AND state = 'planned'
   AND duty_id IN (SELECT d.id FROM duty d JOIN stationing s ON s.id = d.stationing_id
                    WHERE d.unit_id = :unit AND s.round_id = :round AND d.department_id = '')
   AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.duty_id = reminder.duty_id AND r.rung = reminder.rung
                                              AND r.revision = reminder.revision AND r.recipient = :new)
