-- Keep the conversations of the web chat: sessions, their sealed messages, files and uploads.
CREATE TABLE web_session (
  session    TEXT PRIMARY KEY,
  own_device INTEGER NOT NULL,
  locale     TEXT NOT NULL,
  last_seq   bigint NOT NULL,
  created_at bigint NOT NULL,
  seen_at    bigint NOT NULL
) {strict};
CREATE INDEX web_session_idle ON web_session (own_device, seen_at);

CREATE TABLE mailbox (
  session TEXT NOT NULL REFERENCES web_session (session) ON DELETE CASCADE,
  seq     bigint NOT NULL,
  body    {blob} NOT NULL,
  at      bigint NOT NULL,
  parcel  TEXT NOT NULL,
  PRIMARY KEY (session, seq),
  UNIQUE (session, parcel)
) {strict};

CREATE TABLE mailbox_gone (
  session TEXT NOT NULL REFERENCES web_session (session) ON DELETE CASCADE,
  mark    TEXT NOT NULL,
  PRIMARY KEY (session, mark)
) {strict};

CREATE TABLE mailbox_file (
  id      TEXT PRIMARY KEY,
  session TEXT NOT NULL REFERENCES web_session (session) ON DELETE CASCADE,
  seq     bigint NOT NULL
) {strict};
CREATE INDEX mailbox_file_message ON mailbox_file (session, seq);

CREATE TABLE web_upload (
  id         TEXT PRIMARY KEY,
  session    TEXT NOT NULL,
  size       bigint NOT NULL,
  at         bigint NOT NULL,
  claimed    INTEGER NOT NULL,
  fetched_at bigint
) {strict};
CREATE INDEX web_upload_session ON web_upload (session, claimed);
