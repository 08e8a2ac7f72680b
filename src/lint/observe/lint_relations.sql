-- The relations with an oid beyond $1 and up to $2, and those in $3, with what they belong to.
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, coalesce(i.inhparent, x.indrelid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND i.inhseqno = 1 AND c.relkind IN ('r', 'p', 'f')
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
WHERE (c.oid > $1 AND c.oid <= $2) OR c.oid = ANY ($3)
