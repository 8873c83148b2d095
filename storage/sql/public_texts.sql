-- add --
-- Keeps a text that somebody wants to be public.
INSERT INTO public_text (id, stationing_id, kind, state, dated, words, proposer, at, public_at, told_to,
                         closed_by, closed_at, reason)
VALUES (:id, :stationing, :kind, :state, :dated, :words, :proposer, :at, 0, 0, '', 0, NULL)

-- get --
-- One text.
SELECT * FROM public_text WHERE id = :id

-- of --
-- Every text of one mission, the newest day first.
SELECT * FROM public_text WHERE stationing_id = :stationing ORDER BY dated DESC, at DESC, id

-- standing --
-- Every text in one state, the oldest first.
SELECT * FROM public_text WHERE state = :state ORDER BY at, id

-- move --
-- From one state to the next, once.
UPDATE public_text SET state = :state, public_at = :public_at, closed_by = :actor, closed_at = :closed_at,
       reason = :reason
 WHERE id = :id AND state = :was RETURNING id

-- untold --
-- What is public and of which not everybody who follows has been told.
SELECT * FROM public_text WHERE state = 'public' AND told_to >= 0 ORDER BY public_at, id

-- told --
-- Everybody up to this place has been told; -1 = everybody.
UPDATE public_text SET told_to = :place WHERE id = :id
