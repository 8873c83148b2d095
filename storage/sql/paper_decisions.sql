-- add --
-- What a seat decided on paper about the proposal for a report.
INSERT INTO paper_decision (id, report_id, proposal_id, seat, words, entered_by, at)
VALUES (:id, :report, :proposal, :seat, :words, :entered_by, :at)

-- of_report --
-- The papers on a report, oldest first.
SELECT * FROM paper_decision WHERE report_id = :report ORDER BY at, id
