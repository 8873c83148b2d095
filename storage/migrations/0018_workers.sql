-- Several processes over one database: who lives, who holds what, whose rows are whose, where an account's line stands.
CREATE TABLE worker (
  id          TEXT NOT NULL PRIMARY KEY,
  alive_until BIGINT NOT NULL
) {strict};

CREATE TABLE lease (
  name       TEXT NOT NULL PRIMARY KEY,
  holder     TEXT NOT NULL,
  held_until BIGINT NOT NULL
) {strict};

CREATE TABLE send_line (
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  next_at BIGINT NOT NULL,
  PRIMARY KEY (channel, account)
) {strict};

ALTER TABLE inbox ADD COLUMN worker TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN worker TEXT NOT NULL DEFAULT '';
CREATE INDEX inbox_lane ON inbox (lane, id) WHERE state = 'new';
CREATE INDEX outbox_open_lane ON outbox (lane, priority, id) WHERE state IN ('planned', 'sending');
CREATE INDEX outbox_sending ON outbox (worker) WHERE state = 'sending';

CREATE INDEX announcement_person ON announcement (person_id, goes_at) WHERE told_at = 0 AND withdrawn_at = 0;

CREATE TABLE hold (
  name  TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
) {strict};
