-- How a duty without a document was done, and which steps of a mission's checklist are done.
CREATE TABLE fulfilment (
  duty_id TEXT NOT NULL PRIMARY KEY REFERENCES duty (id),
  done_on TEXT NOT NULL,
  actor   TEXT NOT NULL,
  at      BIGINT NOT NULL,
  words   {blob} NOT NULL
) {strict};

CREATE TABLE checklist_mark (
  id            TEXT NOT NULL PRIMARY KEY,
  stationing_id TEXT NOT NULL REFERENCES stationing (id),
  item          TEXT NOT NULL,
  done_on       TEXT NOT NULL,
  actor         TEXT NOT NULL,
  at            BIGINT NOT NULL,
  words         {blob} NOT NULL,
  UNIQUE (stationing_id, item)
) {strict};

CREATE INDEX duty_within ON duty (due, obligation, id)
 WHERE state <> 'accepted' AND department_id = '' AND kind <> 'sign'
   AND obligor NOT IN ('target_unit', 'target_principal');
