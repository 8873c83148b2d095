-- Received files on their way into the blob store, and the audit trail with its chain.
CREATE TABLE attachment (
  id          TEXT NOT NULL PRIMARY KEY,
  owner       TEXT NOT NULL,
  origin      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('fetching', 'stored', 'failed', 'refused')),
  channel     TEXT NOT NULL,
  account     TEXT NOT NULL,
  ref         {blob},
  details     {blob} NOT NULL,
  kind        TEXT NOT NULL,
  mime        TEXT NOT NULL,
  size        BIGINT,
  blob        TEXT NOT NULL,
  wrapped_key {blob} NOT NULL,
  attempts    BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  at          BIGINT NOT NULL,
  place       BIGINT NOT NULL
) {strict};
CREATE INDEX attachment_owner ON attachment (owner, at, place, id);
CREATE INDEX attachment_fetching ON attachment (next_try_at, id) WHERE state = 'fetching';
CREATE INDEX attachment_blob ON attachment (blob) WHERE blob <> '';

CREATE TABLE audit (
  id     {id},
  at     BIGINT NOT NULL,
  actor  TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  facts  TEXT NOT NULL,
  link   BIGINT UNIQUE,
  digest TEXT NOT NULL
) {strict};
CREATE INDEX audit_unlinked ON audit (id) WHERE link IS NULL;
CREATE INDEX audit_object ON audit (object, id);
