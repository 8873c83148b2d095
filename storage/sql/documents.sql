-- versions --
-- The highest and the lowest number of the versions of a duty.
SELECT COALESCE(MAX(CASE WHEN version > 0 THEN version END), 0) AS highest,
       COALESCE(MIN(CASE WHEN version < 0 THEN version END), 0) AS lowest
  FROM document WHERE duty_id = :duty

-- prepared --
-- What waits for the signature of the principal.
SELECT * FROM document WHERE duty_id = :duty AND state = 'prepared' ORDER BY version LIMIT 1

-- overtake_prepared --
-- A newer one takes the place of what waits for a signature.
UPDATE document SET state = 'overtaken' WHERE duty_id = :duty AND state = 'prepared'

-- sign --
-- The principal stands for it: it is handed in.
UPDATE document SET state = 'handed', signed = 'own', signed_by = :signed_by, handed_on = :handed_on,
       version = :version
 WHERE id = :id AND state = 'prepared' RETURNING id

-- withdraw --
-- The principal gives it back.
UPDATE document SET state = 'withdrawn' WHERE id = :id AND state = 'prepared' RETURNING id

-- take_step --
-- A step of the review, once by each person.
INSERT INTO document_step (id, document_id, step, verdict, actor, at, words)
VALUES (:id, :document_id, :step, :verdict, :actor, :at, :words)
ON CONFLICT (document_id, step, actor) DO NOTHING RETURNING id

-- steps --
-- The steps of a document, oldest first.
SELECT * FROM document_step WHERE document_id = :document ORDER BY at, id
