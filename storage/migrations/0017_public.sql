-- What is made public of a mission and who decided it, who follows it, and the office's own acts of reminding.
CREATE TABLE public_text (
  id            TEXT NOT NULL PRIMARY KEY,
  stationing_id TEXT NOT NULL REFERENCES stationing (id),
  kind          TEXT NOT NULL CHECK (kind IN ('notice', 'feedback', 'rectification')),
  state         TEXT NOT NULL CHECK (state IN ('handed', 'proposed', 'public', 'refused', 'withdrawn')),
  dated         TEXT NOT NULL,
  words         {blob} NOT NULL,
  proposer      TEXT NOT NULL,
  at            BIGINT NOT NULL,
  public_at     BIGINT NOT NULL,
  told_to       BIGINT NOT NULL,
  closed_by     TEXT NOT NULL,
  closed_at     BIGINT NOT NULL,
  reason        {blob}
) {strict};
CREATE INDEX public_text_of ON public_text (stationing_id, state);
CREATE INDEX public_text_untold ON public_text (public_at) WHERE state = 'public' AND told_to >= 0;

-- `place` is drawn at random: the order of the rows says nothing of the order in which people came.
CREATE TABLE follower (
  place   INTEGER PRIMARY KEY,
  scope   TEXT NOT NULL REFERENCES scope_key (scope) ON DELETE CASCADE,
  chat    {blob} NOT NULL,
  address {blob} NOT NULL,
  UNIQUE (scope, chat)
) {strict};

CREATE TABLE board_link (
  token      {blob} NOT NULL PRIMARY KEY,
  person_id  TEXT NOT NULL REFERENCES person (id),
  expires_at BIGINT NOT NULL
) {strict};

CREATE TABLE urging (
  id      TEXT NOT NULL PRIMARY KEY,
  duty_id TEXT NOT NULL REFERENCES duty (id),
  number  BIGINT NOT NULL,
  level   TEXT NOT NULL,
  words   {blob} NOT NULL,
  actor   TEXT NOT NULL,
  at      BIGINT NOT NULL,
  UNIQUE (duty_id, number)
) {strict};

CREATE TABLE special_report (
  id            TEXT NOT NULL PRIMARY KEY,
  stationing_id TEXT NOT NULL REFERENCES stationing (id),
  duty_id       TEXT NOT NULL,
  words         {blob} NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('proposed', 'agreed', 'refused')),
  proposer      TEXT NOT NULL,
  at            BIGINT NOT NULL,
  decided_at    BIGINT NOT NULL
) {strict};
CREATE INDEX special_report_of ON special_report (stationing_id);

CREATE INDEX reminder_moment ON reminder (at, recipient);
