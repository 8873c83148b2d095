-- load --
-- Where a conversation stands.
SELECT lane, channel, account, address, locale, state, version, touched_at, gone FROM conversation
 WHERE lane = :lane

-- enter --
-- Where a conversation stands, and whose chat it is.
SELECT c.lane, c.channel, c.account, c.address, c.locale, c.state, c.version, c.touched_at, c.gone,
       (SELECT b.person_id FROM binding b WHERE b.chat = :chat) AS person_id
  FROM conversation c WHERE c.lane = :lane

-- begin --
-- The first word of a conversation.
INSERT INTO conversation (lane, channel, account, address, locale, state, version, touched_at, gone)
VALUES (:lane, :channel, :account, :address, :locale, :state, 1, :at, 0)
ON CONFLICT (lane) DO NOTHING

-- save --
-- Keep the state after a turn; nothing is written when somebody else was faster.
UPDATE conversation SET state = :state, locale = :locale, version = conversation.version + 1, touched_at = :at,
       gone = 0
 WHERE lane = :lane AND version = :version

-- mark_gone --
-- The person left or blocked the bot: no more pushes.
UPDATE conversation SET gone = 1 WHERE lane = :lane

-- expired --
-- Conversations whose drafts have outlived their life.
SELECT lane FROM conversation WHERE state IS NOT NULL AND touched_at < :before ORDER BY touched_at LIMIT :limit

-- drop_state --
-- Forget the draft of a conversation.
UPDATE conversation SET state = NULL, version = conversation.version + 1 WHERE lane = :lane

-- forget --
-- Forget a conversation wholly.
DELETE FROM conversation WHERE lane = :lane
