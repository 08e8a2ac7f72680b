-- Relations with an oid beyond $1 whose names, or whose columns' names, do not match the pattern $2.
WITH made AS (
    SELECT c.oid, c.relkind, c.relispartition, c.relrowsecurity, c.reloptions, n.nspname, c.relname, n.nspname || '.' || c.relname AS shown
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid > $1 AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_toast', 'dbmig_lint')
        AND (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' LIMIT 1) IS NULL
)
SELECT 'name', m.shown, CASE m.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index'
    WHEN 'S' THEN 'sequence' ELSE 'table' END, m.relname::text, NULL
FROM made m WHERE m.relname !~ $2::text
UNION ALL
SELECT 'name', m.shown, 'column', a.attname::text, m.relname::text
FROM made m JOIN pg_catalog.pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE m.relkind IN ('r', 'p') AND a.attname !~ $2::text
