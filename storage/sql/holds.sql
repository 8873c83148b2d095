-- put --
-- The installation stays silent.
INSERT INTO hold (name, since) VALUES (:name, :at) ON CONFLICT (name) DO NOTHING

-- any --
-- Why the installation is silent, the oldest reason first.
SELECT name, since FROM hold ORDER BY since, name

-- drop --
-- One reason is gone.
DELETE FROM hold WHERE name = :name

-- lift --
-- It may speak again.
DELETE FROM hold
