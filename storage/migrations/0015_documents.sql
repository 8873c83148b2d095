-- What a document is and who signed it, its steps of review, dates moved by decision, and handovers.

ALTER TABLE duty ADD COLUMN extended_to TEXT NOT NULL DEFAULT '';

ALTER TABLE document ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN signed TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN signed_by TEXT NOT NULL DEFAULT '';

CREATE TABLE document_step (
  id          TEXT NOT NULL PRIMARY KEY,
  document_id TEXT NOT NULL REFERENCES document (id),
  step        TEXT NOT NULL,
  verdict     TEXT NOT NULL,
  actor       TEXT NOT NULL,
  at          BIGINT NOT NULL,
  words       {blob} NOT NULL,
  UNIQUE (document_id, step, actor)
) {strict};

ALTER TABLE extension ADD COLUMN was_on TEXT NOT NULL DEFAULT '';
ALTER TABLE extension ADD COLUMN paper BIGINT NOT NULL DEFAULT 0;
ALTER TABLE extension ADD COLUMN answer {blob};
CREATE INDEX extension_duty ON extension (duty_id, asked_at);

CREATE TABLE handover (
  id           TEXT NOT NULL PRIMARY KEY,
  unit_id      TEXT NOT NULL REFERENCES unit (id),
  round_id     TEXT NOT NULL REFERENCES round (id),
  old_person   TEXT NOT NULL,
  new_person   TEXT NOT NULL,
  new_name     {blob} NOT NULL,
  state        TEXT NOT NULL,
  proposed_by  TEXT NOT NULL,
  proposed_at  BIGINT NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL
) {strict};
CREATE INDEX handover_open ON handover (proposed_at) WHERE state = 'proposed';
