-- add --
-- Lets one person read one report once.
INSERT INTO reading (token, report_id, person_id, at, expires_at, used_at)
VALUES (:token, :report_id, :person_id, :at, :expires_at, 0)

-- use --
-- Takes a permission to read, once and in time.
UPDATE reading SET used_at = :at
WHERE token = :token AND used_at = 0 AND expires_at > :at
RETURNING report_id, person_id

-- sweep --
-- Forgets permissions that ran out.
DELETE FROM reading WHERE expires_at < :before
