-- deal --
-- One card with buttons.
INSERT INTO card (nonce, action, subject, person, lane, expires_at, closed)
VALUES (:nonce, :action, :subject, :person, :lane, :expires_at, 0)

-- find --
-- The card of a button.
SELECT nonce, action, subject, person, lane, expires_at, closed FROM card WHERE nonce = :nonce

-- close_all --
-- No button of these cards acts any more.
UPDATE card SET closed = 1 WHERE subject = :subject AND closed = 0 AND (:action = '' OR action = :action)

-- forget_old --
-- Drop cards after their time.
DELETE FROM card WHERE expires_at < :before
