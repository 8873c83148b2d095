-- deal --
-- One card with buttons.
INSERT INTO card (nonce, action, subject, person, lane, choices, dealt_at, expires_at, closed)
VALUES (:nonce, :action, :subject, :person, :lane, :choices, :at, :expires_at, 0)

-- find --
-- The card of a button.
SELECT nonce, action, subject, person, lane, choices, expires_at, closed FROM card
 WHERE nonce = :nonce

-- newest_of_person --
-- The open cards last dealt to a person, newest first.
SELECT nonce, action, subject, person, lane, choices, expires_at, closed FROM card
 WHERE person = :person AND closed = 0 AND expires_at >= :at
 ORDER BY dealt_at DESC, nonce LIMIT 10

-- newest_of_lane --
-- The open cards last dealt to a citizen's conversation, newest first.
SELECT nonce, action, subject, person, lane, choices, expires_at, closed FROM card
 WHERE lane = :lane AND closed = 0 AND expires_at >= :at
 ORDER BY dealt_at DESC, nonce LIMIT 10

-- close_all --
-- No button of these cards acts any more.
UPDATE card SET closed = 1 WHERE subject = :subject AND closed = 0 AND (:action = '' OR action = :action)

-- forget_old --
-- Drop cards after their time.
DELETE FROM card WHERE expires_at < :before
