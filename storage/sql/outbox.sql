-- plan --
-- One message to send; nothing is written when the same was planned before.
INSERT INTO outbox (dedupe, lane, channel, account, address, body, priority, policy, topic, state, not_before,
                    attempts, created_at, settled_at, vanish_at, heard, messages, reason, worker)
VALUES (:dedupe, :lane, :channel, :account, :address, :body, :priority, :policy, :topic, :state, :not_before,
        :attempts, :at - :at % 3600, 0, :vanish_after, :heard, '', '', :worker)
ON CONFLICT (dedupe) DO NOTHING
{number}

-- known --
-- Whether this very message was planned before.
SELECT 1 AS known FROM outbox WHERE dedupe = :dedupe

-- overtake --
-- A newer message of the same topic takes the place of those still waiting; never its own.
UPDATE outbox SET state = 'superseded', body = NULL, address = NULL, settled_at = :at
 WHERE lane = :lane AND topic = :topic AND topic <> '' AND state = 'planned' AND dedupe <> :dedupe

-- due --
-- Messages whose time has come, the most urgent first; of one worker, or of the only process.
SELECT id, lane, channel, account, address, body, priority, policy, not_before, attempts, dedupe FROM outbox
 WHERE state = 'planned' AND not_before <= :now AND channel = :channel AND account = :account AND worker = :worker
 ORDER BY priority, not_before, id LIMIT :limit

-- claim --
-- Free messages whose time has come become this worker's.
UPDATE outbox SET worker = :worker
 WHERE id IN (SELECT id FROM outbox
               WHERE state = 'planned' AND not_before <= :now AND channel = :channel AND account = :account
                 AND worker = ''
               ORDER BY priority, not_before, id LIMIT :limit {skip_locked})

-- lease_in_turn --
-- A message is about to leave, if its chat is not to wait and nothing of it is on its way or stands before it.
UPDATE outbox SET state = 'sending', attempts = outbox.attempts + 1
 WHERE id = :id AND state = 'planned'
   AND NOT EXISTS (SELECT 1 FROM outbox AS other
                    WHERE other.lane = outbox.lane AND other.id <> outbox.id
                      AND (other.state = 'sending'
                           OR (other.state = 'planned' AND other.not_before <= :now
                               AND (other.priority < outbox.priority
                                    OR (other.priority = outbox.priority AND other.id < outbox.id)))))
   AND NOT EXISTS (SELECT 1 FROM chat_line WHERE chat_line.lane = outbox.lane AND chat_line.next_at > :now_ms)

-- take_chat_line --
-- Another message of the same chat may leave only after a moment (milliseconds).
INSERT INTO chat_line (lane, next_at) VALUES (:lane, :next_at)
ON CONFLICT (lane) DO UPDATE SET next_at = excluded.next_at

-- forget_chat_lines --
-- Chats that nothing holds back any more.
DELETE FROM chat_line WHERE next_at < :before

-- lease --
-- Up to sixteen messages are about to leave; only those come back that still may.
UPDATE outbox SET state = 'sending', attempts = outbox.attempts + 1
 WHERE state = 'planned'
   AND id IN (:i0, :i1, :i2, :i3, :i4, :i5, :i6, :i7, :i8, :i9, :i10, :i11, :i12, :i13, :i14, :i15)
RETURNING id

-- hand_back --
-- It stood as leaving and never left: it waits again.
UPDATE outbox SET state = 'planned', attempts = outbox.attempts - 1
 WHERE id = :id AND state = 'sending' AND worker = :worker

-- sent --
-- It arrived: the words are forgotten, the platform's ids are kept for erasing; the address as long as it must vanish.
UPDATE outbox SET state = 'sent', settled_at = :at - :at % 3600, not_before = 0, messages = :messages, body = NULL,
       address = CASE WHEN outbox.vanish_at > 0 THEN outbox.address END,
       vanish_at = CASE WHEN outbox.vanish_at > 0 THEN :at + outbox.vanish_at ELSE 0 END
 WHERE id = :id AND state = 'sending'

-- postpone --
-- It did not leave; try again later.
UPDATE outbox SET state = 'planned', not_before = :not_before, reason = :reason
 WHERE id = :id AND state = 'sending'

-- doubt --
-- Nobody knows whether it arrived; it waits for a person.
UPDATE outbox SET state = 'uncertain', settled_at = :at, reason = :reason WHERE id = :id AND state = 'sending'

-- fail --
-- It will not arrive; the office sees it.
UPDATE outbox SET state = 'failed', settled_at = :at, reason = :reason WHERE id = :id AND state = 'sending'

-- fail_lane --
-- The chat is gone: nothing that waits for it can arrive.
UPDATE outbox SET state = 'failed', settled_at = :at, reason = 'gone' WHERE lane = :lane AND state = 'planned'

-- interrupted --
-- Messages that were leaving when the program stopped.
SELECT id, channel, policy, attempts FROM outbox
 WHERE state = 'sending' AND worker = :worker ORDER BY id

-- retry --
-- A person decides: send it again.
UPDATE outbox SET state = 'planned', not_before = :at, reason = 'retry'
 WHERE id = :id AND state IN ('uncertain', 'failed') AND body IS NOT NULL
RETURNING id

-- troubled --
-- Messages a person has to look at.
SELECT id, channel, state, priority, topic, attempts, created_at, settled_at, reason FROM outbox
 WHERE state IN ('uncertain', 'failed') ORDER BY id LIMIT :limit

-- counts --
-- How many messages stand in each state that is not settled.
SELECT state, COUNT(*) AS n, MIN(not_before) AS oldest FROM outbox WHERE state = 'planned' GROUP BY state
UNION ALL
SELECT state, COUNT(*) AS n, MIN(not_before) AS oldest FROM outbox
 WHERE state IN ('uncertain', 'failed') GROUP BY state

-- messages_of --
-- What the bot said in a chat since a moment, for erasing.
SELECT heard, messages FROM outbox WHERE lane = :lane AND created_at >= :since - 3600 ORDER BY id

-- vanishing --
-- Messages whose platform copy is to be deleted now.
SELECT id, lane, channel, account, address, messages FROM outbox
 WHERE vanish_at > 0 AND vanish_at <= :now AND state = 'sent' ORDER BY vanish_at LIMIT :limit

-- vanished --
-- The platform copy is gone.
UPDATE outbox SET vanish_at = 0, messages = '', address = NULL WHERE id = :id

-- forget_lane --
-- A chat is wiped at once: nothing of it has to vanish later, its address is forgotten.
UPDATE outbox SET vanish_at = 0, address = NULL WHERE lane = :lane AND state = 'sent' AND vanish_at > 0

-- forget_old --
-- Drop settled messages after their time.
DELETE FROM outbox WHERE state IN ('sent', 'superseded', 'failed') AND settled_at < :before AND vanish_at = 0

-- redirect --
-- A chat got a new id: what waits for the old one goes to the new one.
UPDATE outbox SET lane = :lane, address = :address WHERE lane = :old AND state = 'planned'
