-- The locks of a backend ($1) on the relations with an oid up to $2; the columns of lint_relations.sql, and two.
SELECT l.relation, n.nspname, c.relname, c.relkind, c.relispartition, coalesce(i.inhparent, x.indrelid), l.mode, l.granted
FROM pg_catalog.pg_locks l
LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)
    ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I')
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND i.inhseqno = 1 AND c.relkind IN ('r', 'p', 'f')
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
WHERE l.pid = $1 AND (l.relation BETWEEN 16384 AND $2 OR NOT l.granted) ORDER BY l.relation, l.mode
