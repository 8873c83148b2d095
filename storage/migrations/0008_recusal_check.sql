-- How far the reports on file were looked through for the names of an entry of the recusal register.

ALTER TABLE recusal ADD COLUMN checked_to TEXT NOT NULL DEFAULT '';

CREATE INDEX recusal_unchecked ON recusal (at, id) WHERE checked_to <> '~';
