-- session_add --
-- Begin a session of the web chat.
INSERT INTO web_session (session, own_device, locale, last_seq, created_at, seen_at)
VALUES (:session, :own, :locale, 0, :at, :at)

-- session --
-- One session as it stands.
SELECT session, own_device, locale, last_seq, seen_at FROM web_session WHERE session = :session

-- session_seen --
-- Remember that the person was here.
UPDATE web_session SET seen_at = :at WHERE session = :session AND seen_at < :at

-- session_set --
-- Change what the person chose for this session.
UPDATE web_session SET own_device = :own, locale = :locale WHERE session = :session

-- session_drop --
-- Forget a session; its messages and files go with it.
DELETE FROM web_session WHERE session = :session

-- sessions_idle --
-- Sessions nobody has used for their whole life.
SELECT session FROM web_session
 WHERE (own_device = 0 AND seen_at < :lent_before) OR (own_device = 1 AND seen_at < :own_before)
 ORDER BY session LIMIT 100

-- tops --
-- The newest numbers of up to thirty-two sessions.
SELECT session, last_seq FROM web_session
 WHERE session IN (:s0, :s1, :s2, :s3, :s4, :s5, :s6, :s7, :s8, :s9, :s10, :s11, :s12, :s13, :s14, :s15,
                   :s16, :s17, :s18, :s19, :s20, :s21, :s22, :s23, :s24, :s25, :s26, :s27, :s28, :s29, :s30, :s31)

-- draw --
-- The next number of a session: of a message, or of a removal.
UPDATE web_session SET last_seq = last_seq + 1 WHERE session = :session RETURNING last_seq

-- put --
-- Keep one sealed message.
INSERT INTO mailbox (session, seq, body, at, parcel) VALUES (:session, :seq, :body, :at, :parcel)

-- kept --
-- The message that an outbox row became before, if it did.
SELECT seq, body, at FROM mailbox WHERE session = :session AND parcel = :parcel

-- since --
-- The messages after a number, in order.
SELECT seq, body, at FROM mailbox WHERE session = :session AND seq > :seq ORDER BY seq

-- drop --
-- Delete one message.
DELETE FROM mailbox WHERE session = :session AND seq = :seq

-- gone_add --
-- Remember that a message of either side was deleted, so that a page that was away learns it.
INSERT INTO mailbox_gone (session, mark) VALUES (:session, :mark)
ON CONFLICT (session, mark) DO NOTHING

-- gone --
-- Everything deleted in a session.
SELECT mark FROM mailbox_gone WHERE session = :session ORDER BY mark

-- file_add --
-- A file that belongs to a message.
INSERT INTO mailbox_file (id, session, seq) VALUES (:id, :session, :seq)

-- file --
-- Whether a file belongs to a session.
SELECT seq FROM mailbox_file WHERE id = :id AND session = :session

-- files_of_message --
-- The files of one message.
SELECT id FROM mailbox_file WHERE session = :session AND seq = :seq ORDER BY id

-- files_of_session --
-- The files of all messages of a session.
SELECT id FROM mailbox_file WHERE session = :session ORDER BY id

-- files_drop --
-- Forget the files of one message.
DELETE FROM mailbox_file WHERE session = :session AND seq = :seq

-- upload_add --
-- A file somebody has sent up and not yet said anything about.
INSERT INTO web_upload (id, session, size, at, claimed) VALUES (:id, :session, :size, :at, 0)

-- upload --
-- One upload of a session.
SELECT size, claimed FROM web_upload WHERE id = :id AND session = :session

-- upload_claim --
-- The upload now belongs to an accepted event and must outlive its session.
UPDATE web_upload SET claimed = 1 WHERE id = :id AND session = :session

-- upload_fetched --
-- The upload has been read whole.
UPDATE web_upload SET fetched_at = :at WHERE id = :id

-- uploads_waiting --
-- How much of a session is uploaded and not yet claimed.
SELECT COUNT(*) AS files, CAST(COALESCE(SUM(size), 0) AS bigint) AS bytes
  FROM web_upload WHERE session = :session AND claimed = 0

-- uploads_unclaimed --
-- Uploads of a session that no event refers to.
SELECT id FROM web_upload WHERE session = :session AND claimed = 0 ORDER BY id

-- uploads_over --
-- Uploads that were fetched a while ago, or that nobody ever spoke of.
SELECT id FROM web_upload
 WHERE fetched_at < :fetched_before OR (claimed = 0 AND at < :at_before)
 ORDER BY id LIMIT 100

-- upload_drop --
-- Forget an upload.
DELETE FROM web_upload WHERE id = :id

-- spooled --
-- Whether a file on disk still belongs to anything.
SELECT id FROM web_upload WHERE id = :id UNION ALL SELECT id FROM mailbox_file WHERE id = :id
