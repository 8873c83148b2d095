-- add --
-- A publication of the rectification that the unit tells of.
INSERT INTO publication_record (id, stationing_id, published_on, manner, actor, at, words)
VALUES (:id, :stationing, :published_on, :manner, :actor, :at, :words)

-- get --
-- One publication.
SELECT * FROM publication_record WHERE id = :id

-- of --
-- The publications of a mission, oldest first.
SELECT * FROM publication_record WHERE stationing_id = :stationing ORDER BY published_on, at, id
