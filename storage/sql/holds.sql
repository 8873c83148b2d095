-- put --
-- The installation stays silent.
INSERT INTO hold (name, since) VALUES (:name, :at) ON CONFLICT (name) DO NOTHING

-- any --
-- Why the installation is silent.
SELECT name, since FROM hold ORDER BY since LIMIT 1

-- lift --
-- It may speak again.
DELETE FROM hold
