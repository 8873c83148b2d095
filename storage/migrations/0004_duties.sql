-- What starts clocks, what is owed, what was handed in, what was reminded, and what was asked for.
CREATE TABLE milestone (
  id            TEXT NOT NULL PRIMARY KEY,
  stationing_id TEXT NOT NULL REFERENCES stationing (id),
  event         TEXT NOT NULL,
  about         TEXT NOT NULL,
  happened_on   TEXT NOT NULL,
  paper         BIGINT NOT NULL,
  actor         TEXT NOT NULL,
  at            BIGINT NOT NULL,
  words         {blob} NOT NULL,
  UNIQUE (stationing_id, event, about)
) {strict};

CREATE TABLE duty (
  id               TEXT NOT NULL PRIMARY KEY,
  stationing_id    TEXT NOT NULL REFERENCES stationing (id),
  unit_id          TEXT NOT NULL REFERENCES unit (id),
  department_id    TEXT NOT NULL,
  milestone_id     TEXT NOT NULL REFERENCES milestone (id),
  obligation       TEXT NOT NULL,
  kind             TEXT NOT NULL,
  title            TEXT NOT NULL,
  obligor          TEXT NOT NULL,
  trigger_on       TEXT NOT NULL,
  period           TEXT NOT NULL,
  nominal_due      TEXT NOT NULL,
  due              TEXT NOT NULL,
  provisional      BIGINT NOT NULL,
  basis            TEXT NOT NULL,
  soft             BIGINT NOT NULL,
  hard             BIGINT NOT NULL,
  strength         TEXT NOT NULL,
  citation         TEXT NOT NULL,
  count            TEXT NOT NULL,
  ladder           TEXT NOT NULL,
  state            TEXT NOT NULL,
  submitted_on     TEXT NOT NULL,
  next_on          TEXT NOT NULL,
  revision         BIGINT NOT NULL,
  calendar_version TEXT NOT NULL,
  profile_version  TEXT NOT NULL,
  next_check       BIGINT,
  UNIQUE (stationing_id, obligation, milestone_id)
) {strict};
CREATE INDEX duty_next ON duty (next_check) WHERE next_check IS NOT NULL;
CREATE INDEX duty_unit ON duty (unit_id, state);
CREATE INDEX duty_department ON duty (department_id) WHERE department_id <> '';
CREATE INDEX duty_state ON duty (state, due) WHERE state <> 'accepted';
CREATE INDEX duty_calendar ON duty (calendar_version) WHERE state <> 'accepted';

CREATE TABLE document (
  id         TEXT NOT NULL PRIMARY KEY,
  duty_id    TEXT NOT NULL REFERENCES duty (id),
  version    BIGINT NOT NULL,
  state      TEXT NOT NULL,
  handed_on  TEXT NOT NULL,
  paper      BIGINT NOT NULL,
  actor      TEXT NOT NULL,
  at         BIGINT NOT NULL,
  words      {blob} NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  reason     {blob},
  next_on    TEXT NOT NULL,
  UNIQUE (duty_id, version)
) {strict};

CREATE TABLE reminder (
  id        TEXT NOT NULL PRIMARY KEY,
  duty_id   TEXT NOT NULL REFERENCES duty (id),
  revision  BIGINT NOT NULL,
  rung      BIGINT NOT NULL,
  recipient TEXT NOT NULL,
  purpose   TEXT NOT NULL,
  level     TEXT NOT NULL,
  template  TEXT NOT NULL,
  send_on   TEXT NOT NULL,
  late      BIGINT NOT NULL,
  state     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  UNIQUE (duty_id, revision, rung, recipient)
) {strict};
CREATE INDEX reminder_planned ON reminder (recipient) WHERE state = 'planned';
CREATE INDEX reminder_asked ON reminder (at) WHERE state IN ('asked', 'unreachable');

CREATE TABLE extension (
  id         TEXT NOT NULL PRIMARY KEY,
  duty_id    TEXT NOT NULL REFERENCES duty (id),
  asked_by   TEXT NOT NULL,
  asked_at   BIGINT NOT NULL,
  reason     {blob} NOT NULL,
  new_on     TEXT NOT NULL,
  state      TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL
) {strict};
