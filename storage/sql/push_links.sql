-- keep --
-- Remembers where an anonymous reporter wants a content-free notice.
INSERT INTO push_link (report_id, scope, lane_index, address, at)
VALUES (:report_id, :scope, :lane_index, :address, :at)
ON CONFLICT (report_id) DO UPDATE SET scope = excluded.scope, lane_index = excluded.lane_index,
    address = excluded.address, at = excluded.at

-- of --
-- The notice address of one report.
SELECT * FROM push_link WHERE report_id = :report_id

-- cut --
-- Forgets where one chat wanted notices, in one scope.
DELETE FROM push_link WHERE scope = :scope AND lane_index = :lane_index

-- drop --
-- Forgets the notice address of one report.
DELETE FROM push_link WHERE report_id = :report_id
