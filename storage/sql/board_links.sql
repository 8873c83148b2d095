-- add --
-- A person may open the board once.
INSERT INTO board_link (token, person_id, expires_at) VALUES (:token, :person, :expires_at)

-- take --
-- Takes a link that has not run out.
DELETE FROM board_link WHERE token = :token AND expires_at >= :at RETURNING person_id

-- sweep --
-- Forgets links that ran out.
DELETE FROM board_link WHERE expires_at < :at
