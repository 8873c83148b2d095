-- keep --
-- What a person's calendar was last told of a duty.
INSERT INTO calendar_copy (person_id, duty_id, sequence, revision, due, at)
VALUES (:person, :duty, :sequence, :revision, :due, :at)
ON CONFLICT (person_id, duty_id) DO UPDATE
   SET sequence = excluded.sequence, revision = excluded.revision, due = excluded.due, at = excluded.at

-- of_person --
-- Everything a person's calendar was told.
SELECT duty_id, sequence, revision, due FROM calendar_copy WHERE person_id = :person ORDER BY duty_id

-- of_duty --
-- Whose calendars were told of a duty.
SELECT person_id FROM calendar_copy WHERE duty_id = :duty ORDER BY person_id

-- moved --
-- Copies whose duty has got other dates or is done, those of one person together.
SELECT calendar_copy.person_id, calendar_copy.duty_id
  FROM calendar_copy JOIN duty ON duty.id = calendar_copy.duty_id
 WHERE duty.state = 'accepted' OR duty.revision <> calendar_copy.revision OR duty.due <> calendar_copy.due
 ORDER BY calendar_copy.person_id, calendar_copy.duty_id LIMIT :limit

-- forget --
-- A calendar was told that a duty is done.
DELETE FROM calendar_copy WHERE person_id = :person AND duty_id = :duty
