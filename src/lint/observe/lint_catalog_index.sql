-- Indexes with an oid beyond $1 that are like another one. What each is like is put into words once, not once a pair.
WITH made AS MATERIALIZED (
    SELECT x.indexrelid AS oid, x.indrelid, x.indisunique, x.indisvalid, c.relname, c.relnamespace, c.relpersistence,
        concat_ws(' / ', x.indkey, x.indclass, x.indoption, x.indcollation, x.indnatts, c.relam,
            coalesce(pg_get_expr(x.indexprs, x.indrelid), '-'), coalesce(pg_get_expr(x.indpred, x.indrelid), '-')) AS words
    FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid IN (SELECT n.indrelid FROM pg_catalog.pg_index n WHERE n.indexrelid > $1)
)
SELECT 'duplicate-index', n.nspname || '.' || t.relname, m.relname::text, other.relname::text, mn.nspname || '.' || m.relname
FROM made m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.relnamespace
JOIN pg_catalog.pg_class t ON t.oid = m.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN made other ON other.indrelid = m.indrelid AND other.words = m.words AND other.oid <> m.oid AND other.indisvalid
WHERE m.oid > $1 AND m.relpersistence <> 't' AND mn.nspname NOT IN ('pg_toast', 'dbmig_lint')
    AND NOT (m.indisunique AND NOT other.indisunique) AND (other.oid < m.oid OR (other.indisunique AND NOT m.indisunique))
    AND (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = m.oid AND d.deptype = 'e' LIMIT 1) IS NULL
