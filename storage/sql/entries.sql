-- add --
-- Records how a paper, a call or a visit came in.
INSERT INTO staff_entry (report_id, channel, arrived_on, papers, details, entered_by, at)
VALUES (:report_id, :channel, :arrived_on, :papers, :details, :entered_by, :at)

-- of --
-- How one report came in, if staff keyed it in.
SELECT * FROM staff_entry WHERE report_id = :report_id
