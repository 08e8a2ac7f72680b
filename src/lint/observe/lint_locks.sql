-- The locks of a backend ($1) on the relations with an oid up to $2, and what it waits for. What the relations are is asked
-- by lint_relations.sql, once: it takes longer than to read the locks.
SELECT l.relation, l.mode, l.granted
FROM pg_catalog.pg_locks l
WHERE l.pid = $1 AND (l.relation BETWEEN 16384 AND $2 OR NOT l.granted) ORDER BY l.relation, l.mode
