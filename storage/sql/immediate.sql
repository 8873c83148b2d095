-- add --
-- Begins a text for a unit.
INSERT INTO unit_text (id, kind, stationing_id, head_id, author, days, version, state, proposal_id, at)
VALUES (:id, :kind, :stationing_id, :head_id, :author, :days, 0, 'open', '', :at)

-- add_source --
-- Names one report the text rests on.
INSERT INTO unit_text_source (text_id, report_id) VALUES (:text_id, :report_id)
ON CONFLICT (text_id, report_id) DO NOTHING

-- sources --
-- The reports a text rests on.
SELECT report_id FROM unit_text_source WHERE text_id = :text_id ORDER BY report_id

-- get --
-- One text.
SELECT * FROM unit_text WHERE id = :id

-- of_report --
-- The newest text that rests on a report and was not given up.
SELECT unit_text.* FROM unit_text JOIN unit_text_source ON unit_text_source.text_id = unit_text.id
WHERE unit_text_source.report_id = :report_id AND unit_text.state <> 'dropped'
ORDER BY unit_text.at DESC, unit_text.id LIMIT 1

-- in_state --
-- Texts in one state, the oldest first.
SELECT * FROM unit_text WHERE state = :state ORDER BY at, id LIMIT :limit

-- write --
-- Keeps one version of the words.
INSERT INTO unit_text_version (text_id, version, words, author, at)
VALUES (:text_id, :version, :words, :author, :at)

-- revise --
-- Moves a text to its next version, if nobody was faster.
UPDATE unit_text SET version = version + 1 WHERE id = :id AND version = :version AND state = 'open'
RETURNING version

-- words --
-- One version of the words.
SELECT words FROM unit_text_version WHERE text_id = :text_id AND version = :version

-- move --
-- Moves a text to another state, if it stands where it was seen.
UPDATE unit_text SET state = :state, proposal_id = :proposal_id WHERE id = :id AND state = :was
RETURNING id

-- step --
-- Keeps who did what with which version.
INSERT INTO unit_text_step (id, text_id, version, act, person_id, facts, words, at)
VALUES (:id, :text_id, :version, :act, :person_id, :facts, :words, :at)

-- steps --
-- Everything that was done with a text, in order.
SELECT * FROM unit_text_step WHERE text_id = :text_id ORDER BY at, id
