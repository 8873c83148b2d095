-- Which rules a mission started under, one message per person and day, pauses, idle reviews, recomputes.
CREATE TABLE rulebook (
  digest     TEXT NOT NULL PRIMARY KEY,
  profile_id TEXT NOT NULL,
  version    TEXT NOT NULL,
  body       TEXT NOT NULL,
  at         BIGINT NOT NULL
) {strict};

CREATE TABLE mission_rulebook (
  stationing_id TEXT NOT NULL PRIMARY KEY REFERENCES stationing (id),
  digest        TEXT NOT NULL REFERENCES rulebook (digest),
  at            BIGINT NOT NULL
) {strict};

CREATE TABLE reminder_day (
  person_id TEXT NOT NULL,
  day       TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (person_id, day)
) {strict};

CREATE TABLE pause (
  id       TEXT NOT NULL PRIMARY KEY,
  duty_id  TEXT NOT NULL REFERENCES duty (id),
  until    TEXT NOT NULL,
  reason   {blob} NOT NULL,
  actor    TEXT NOT NULL,
  at       BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
) {strict};
CREATE UNIQUE INDEX pause_open ON pause (duty_id) WHERE ended_at = 0;
CREATE INDEX pause_until ON pause (until) WHERE ended_at = 0;

CREATE TABLE review_watch (
  document_id TEXT NOT NULL PRIMARY KEY REFERENCES document (id),
  next_on     TEXT NOT NULL,
  times       BIGINT NOT NULL
) {strict};
CREATE INDEX document_handed ON document (id) WHERE state = 'handed';

CREATE TABLE recompute (
  id          TEXT NOT NULL PRIMARY KEY,
  mission     TEXT NOT NULL,
  actor       TEXT NOT NULL,
  after       TEXT NOT NULL,
  changed     BIGINT NOT NULL,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT NOT NULL
) {strict};
CREATE UNIQUE INDEX recompute_running ON recompute (finished_at) WHERE finished_at = 0;

CREATE TABLE calendar_look (
  version TEXT NOT NULL PRIMARY KEY,
  after   TEXT NOT NULL,
  differ  BIGINT NOT NULL,
  done_at BIGINT NOT NULL
) {strict};

CREATE TABLE calendar_told (
  year   BIGINT NOT NULL,
  period TEXT NOT NULL,
  at     BIGINT NOT NULL,
  PRIMARY KEY (year, period)
) {strict};

DROP INDEX duty_next;
CREATE INDEX duty_next ON duty (next_check, id) WHERE next_check IS NOT NULL;
DROP INDEX duty_calendar;
CREATE INDEX duty_provisional ON duty (calendar_version, id) WHERE provisional = 1 AND state <> 'accepted';
CREATE INDEX duty_calendar ON duty (calendar_version) WHERE provisional = 0 AND state <> 'accepted';
CREATE INDEX duty_live ON duty (id) WHERE state <> 'accepted';
CREATE INDEX duty_mission ON duty (stationing_id, id) WHERE state <> 'accepted';
