-- Indexes with an oid beyond $1 that are like another one.
SELECT 'duplicate-index', n.nspname || '.' || t.relname, m.relname::text, other.relname::text, mn.nspname || '.' || m.relname
FROM pg_catalog.pg_class m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.relnamespace
JOIN pg_catalog.pg_index x ON x.indexrelid = m.oid
JOIN pg_catalog.pg_class t ON t.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_index y ON y.indrelid = x.indrelid AND y.indexrelid <> x.indexrelid AND y.indkey = x.indkey AND y.indclass = x.indclass
    AND y.indoption = x.indoption AND y.indcollation = x.indcollation AND y.indnatts = x.indnatts AND y.indisvalid
    AND coalesce(pg_get_expr(y.indexprs, y.indrelid), '') = coalesce(pg_get_expr(x.indexprs, x.indrelid), '')
    AND coalesce(pg_get_expr(y.indpred, y.indrelid), '') = coalesce(pg_get_expr(x.indpred, x.indrelid), '')
JOIN pg_catalog.pg_class other ON other.oid = y.indexrelid AND other.relam = m.relam
WHERE m.oid > $1 AND m.relpersistence <> 't' AND mn.nspname NOT IN ('pg_toast', 'dbmig_lint')
    AND NOT (x.indisunique AND NOT y.indisunique) AND (y.indexrelid < x.indexrelid OR (y.indisunique AND NOT x.indisunique))
    AND (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = m.oid AND d.deptype = 'e' LIMIT 1) IS NULL
