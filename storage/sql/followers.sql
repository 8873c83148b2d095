-- add --
-- A chat follows a mission; nothing is written where the place or the chat is taken.
INSERT INTO follower (place, scope, chat, address) VALUES (:place, :scope, :chat, :address)
ON CONFLICT DO NOTHING RETURNING place

-- has --
-- Whether a chat follows.
SELECT place FROM follower WHERE scope = :scope AND chat = :chat

-- drop --
-- A chat follows no more.
DELETE FROM follower WHERE scope = :scope AND chat = :chat RETURNING place

-- count --
-- How many follow.
SELECT COUNT(*) AS n FROM follower WHERE scope = :scope

-- after --
-- Who follows, in the order of their random places.
SELECT place, chat, address FROM follower WHERE scope = :scope AND place > :place ORDER BY place LIMIT :limit
