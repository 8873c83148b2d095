-- add --
-- Puts a proposal for a report.
INSERT INTO proposal (id, report_id, disposition, stages, stage, state, proposer, proposer_seat, details,
    basis, at, settled_at)
VALUES (:id, :report_id, :disposition, :stages, 0, 'open', :proposer, :proposer_seat, :details, :basis,
    :at, 0)

-- get --
-- One proposal.
SELECT * FROM proposal WHERE id = :id

-- open_of --
-- The open proposal of a report; there is at most one.
SELECT * FROM proposal WHERE report_id = :report_id AND state = 'open' ORDER BY at DESC, id LIMIT 1

-- last_of --
-- The proposal of a report that was settled last.
SELECT * FROM proposal WHERE report_id = :report_id AND state = 'settled'
ORDER BY settled_at DESC, id LIMIT 1

-- waiting --
-- Open proposals with the moment since which their present stage waits, the oldest first.
SELECT p.id, p.report_id, COALESCE(MAX(a.at), p.at) AS since
  FROM proposal p LEFT JOIN approval a ON a.proposal_id = p.id
 WHERE p.state = 'open'
 GROUP BY p.id, p.report_id, p.at
HAVING COALESCE(MAX(a.at), p.at) < :before
 ORDER BY since, p.id

-- advance --
-- Hands a proposal on to its next stage, if nobody was faster.
UPDATE proposal SET stage = stage + 1
WHERE id = :id AND stage = :stage AND state = 'open'
RETURNING stage

-- settle --
-- Ends a proposal, if nobody was faster.
UPDATE proposal SET state = :state, settled_at = :at
WHERE id = :id AND stage = :stage AND state = 'open'
RETURNING id

-- restage --
-- Gives an open proposal other approvers from its present stage on.
UPDATE proposal SET stages = :stages WHERE id = :id AND state = 'open'

-- approve --
-- Records one verdict.
INSERT INTO approval (id, proposal_id, stage, seat, person_id, verdict, words, basis, at, paper, acting)
VALUES (:id, :proposal_id, :stage, :seat, :person_id, :verdict, :words, :basis, :at, :paper, :acting)

-- approvals --
-- The verdicts on a proposal, oldest first.
SELECT * FROM approval WHERE proposal_id = :proposal_id ORDER BY at, stage, id

-- decide --
-- Records what a body decided together, or that somebody was heard.
INSERT INTO collective_decision (id, report_id, proposal_id, body, held_on, words, entered_by, at)
VALUES (:id, :report_id, :proposal_id, :body, :held_on, :words, :entered_by, :at)

-- decisions --
-- The collective decisions on a report, oldest first.
SELECT * FROM collective_decision WHERE report_id = :report_id ORDER BY at, id
