-- Tables with an oid beyond $1 that have no primary key.
SELECT 'no-key', n.nspname || '.' || m.relname, m.relname::text, NULL, NULL
FROM pg_catalog.pg_class m JOIN pg_catalog.pg_namespace n ON n.oid = m.relnamespace
WHERE m.oid > $1 AND m.relkind IN ('r', 'p') AND NOT m.relispartition AND m.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_toast', 'dbmig_lint')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.conrelid = m.oid AND o.contype = 'p')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = m.oid)
    AND (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = m.oid AND d.deptype = 'e' LIMIT 1) IS NULL
