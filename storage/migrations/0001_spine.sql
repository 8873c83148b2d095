-- The spine: what came in, where every conversation stands, what goes out, which cards are open.
CREATE TABLE inbox (
  id          {id},
  channel     TEXT NOT NULL,
  account     TEXT NOT NULL,
  event_id    TEXT NOT NULL,
  lane        {blob} NOT NULL,
  body        {blob},
  received_at BIGINT NOT NULL,
  state       TEXT NOT NULL,
  attempts    BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  UNIQUE (channel, account, event_id)
) {strict};
CREATE INDEX inbox_open ON inbox (state, id) WHERE state <> 'done';

CREATE TABLE conversation (
  lane       {blob} NOT NULL PRIMARY KEY,
  channel    TEXT NOT NULL,
  account    TEXT NOT NULL,
  address    {blob} NOT NULL,
  locale     TEXT NOT NULL,
  state      {blob},
  version    BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  gone       BIGINT NOT NULL
) {strict};
CREATE INDEX conversation_idle ON conversation (touched_at) WHERE state IS NOT NULL;

CREATE TABLE outbox (
  id         {id},
  dedupe     TEXT NOT NULL UNIQUE,
  lane       {blob} NOT NULL,
  channel    TEXT NOT NULL,
  account    TEXT NOT NULL,
  address    {blob},
  body       {blob},
  priority   BIGINT NOT NULL,
  policy     TEXT NOT NULL,
  topic      TEXT NOT NULL,
  state      TEXT NOT NULL,
  not_before BIGINT NOT NULL,
  attempts   BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  settled_at BIGINT NOT NULL,
  vanish_at  BIGINT NOT NULL,
  heard      TEXT NOT NULL,
  messages   TEXT NOT NULL,
  reason     TEXT NOT NULL
) {strict};
CREATE INDEX outbox_planned ON outbox (not_before, priority, id) WHERE state = 'planned';
CREATE INDEX outbox_troubled ON outbox (state, id) WHERE state IN ('uncertain', 'failed');
CREATE INDEX outbox_topic ON outbox (lane, topic) WHERE topic <> '' AND state = 'planned';
CREATE INDEX outbox_lane ON outbox (lane, created_at);
CREATE INDEX outbox_vanish ON outbox (vanish_at) WHERE vanish_at > 0;

CREATE TABLE card (
  nonce      TEXT NOT NULL PRIMARY KEY,
  action     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  person     TEXT NOT NULL,
  lane       {blob},
  choices    {blob} NOT NULL,
  dealt_at   BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  closed     BIGINT NOT NULL
) {strict};
CREATE INDEX card_person ON card (person, dealt_at) WHERE closed = 0;
CREATE INDEX card_lane ON card (lane, dealt_at) WHERE closed = 0;
CREATE INDEX card_subject ON card (subject) WHERE closed = 0;
CREATE INDEX card_expiry ON card (expires_at);
