-- The table locks of one backend.
SELECT l.relation, l.mode, l.granted FROM pg_catalog.pg_locks l
WHERE l.pid = $1::int AND (l.relation >= 16384 OR NOT l.granted) ORDER BY l.relation, l.mode
