-- add --
-- A sheet that somebody sent in; it is read once its bytes are there.
INSERT INTO sheet_import (id, stationing_id, person_id, attachment_id, state, items, at)
VALUES (:id, :stationing, :person, :attachment, 'waiting', NULL, :at)

-- get --
-- One uploaded sheet.
SELECT * FROM sheet_import WHERE id = :id

-- waiting --
-- Sheets whose bytes have come, or will never come.
SELECT sheet_import.id, sheet_import.attachment_id, COALESCE(attachment.state, 'failed') AS file_state,
       COALESCE(attachment.reason, '') AS reason
  FROM sheet_import LEFT JOIN attachment ON attachment.id = sheet_import.attachment_id
 WHERE sheet_import.state = 'waiting' AND (attachment.state IS NULL OR attachment.state <> 'fetching')
 ORDER BY sheet_import.at, sheet_import.id LIMIT :limit

-- settle --
-- A sheet moves on from the state in which it stood.
UPDATE sheet_import SET state = :state, items = :items WHERE id = :id AND state = :was RETURNING id
