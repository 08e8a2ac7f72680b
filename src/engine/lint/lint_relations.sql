-- The relations that are there, with what they belong to. The last column is the greatest oid given out.
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition,
    coalesce(i.inhparent, x.indrelid), m.oid
FROM (SELECT greatest(
        (SELECT max(oid::bigint) FROM pg_catalog.pg_class), (SELECT max(oid::bigint) FROM pg_catalog.pg_constraint),
        (SELECT max(oid::bigint) FROM pg_catalog.pg_proc), (SELECT max(oid::bigint) FROM pg_catalog.pg_type),
        (SELECT max(oid::bigint) FROM pg_catalog.pg_attrdef)) AS oid) m
LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)
    ON c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I') AND n.nspname <> 'dbmig_lint'
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND i.inhseqno = 1 AND c.relkind IN ('r', 'p', 'f')
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
