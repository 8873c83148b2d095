-- get --
-- The wrapped key of one scope.
SELECT wrapped FROM scope_key WHERE scope = :scope

-- keep --
-- Keeps a new scope's wrapped key.
INSERT INTO scope_key (scope, wrapped, made_at) VALUES (:scope, :wrapped, :at)

-- every --
-- Every scope that still has its key.
SELECT scope, wrapped FROM scope_key ORDER BY scope

-- destroy --
-- Destroys a scope's key; everything indexed under it goes with it.
DELETE FROM scope_key WHERE scope = :scope

-- filings --
-- How many reports one conversation filed in this scope on one day.
SELECT n FROM filing_count WHERE scope = :scope AND lane_index = :lane_index AND day = :day

-- count_filing --
-- Counts one more filing.
INSERT INTO filing_count (scope, lane_index, day, n) VALUES (:scope, :lane_index, :day, 1)
ON CONFLICT (scope, lane_index, day) DO UPDATE SET n = filing_count.n + 1
RETURNING n

-- forget_filings --
-- Drops the counters of earlier days.
DELETE FROM filing_count WHERE day < :day

-- turn_away --
-- Counts a person who was sent elsewhere; nothing else is kept.
INSERT INTO turned_away (day, why, n) VALUES (:day, :why, 1)
ON CONFLICT (day, why) DO UPDATE SET n = turned_away.n + 1

-- turned_away --
-- The counters of people who were sent elsewhere.
SELECT day, why, n FROM turned_away ORDER BY day, why
