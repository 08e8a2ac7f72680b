-- What the objects that a file made (oid > $1) look like: rule, object that made it, then texts of the rule. $2: the
-- pattern of names; $3: rights are looked at; $4: tables up to that oid hold rows.
WITH made AS (
    SELECT c.oid, c.relkind, c.relispartition, c.relrowsecurity, c.reloptions, n.nspname, c.relname, n.nspname || '.' || c.relname AS shown
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid > $1 AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_toast', 'dbmig_lint')
        AND (SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' LIMIT 1) IS NULL
), fk AS (
    SELECT o.oid, o.conname, o.conrelid, o.confrelid, o.conkey, o.confkey, n.nspname || '.' || c.relname AS shown, c.relname,
        (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.ord) FROM unnest(o.conkey) WITH ORDINALITY k(num, ord)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.num) AS columns
    FROM pg_catalog.pg_constraint o
    JOIN pg_catalog.pg_class c ON c.oid = o.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE o.contype = 'f' AND o.oid > $1 AND o.conparentid = 0 AND c.relpersistence <> 't'
)
SELECT 'fk-index', fk.shown, fk.conname::text, fk.columns, fk.relname::text
FROM fk
WHERE (fk.conrelid <= $4 OR fk.confrelid <= $4)
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_index x WHERE x.indrelid = fk.conrelid AND x.indpred IS NULL AND x.indisvalid
            AND (SELECT array_agg(k ORDER BY k) FROM unnest((x.indkey::int2[])[0:cardinality(fk.conkey) - 1]) k)
                = (SELECT array_agg(k ORDER BY k) FROM unnest(fk.conkey) k))
UNION ALL
SELECT 'fk-type', fk.shown, fk.conname::text, a.attname || ' ' || format_type(a.atttypid, a.atttypmod), b.attname || ' ' || format_type(b.atttypid, b.atttypmod)
FROM fk, LATERAL unnest(fk.conkey, fk.confkey) k(mine, theirs)
JOIN pg_catalog.pg_attribute a ON a.attnum = k.mine JOIN pg_catalog.pg_attribute b ON b.attnum = k.theirs
WHERE a.attrelid = fk.conrelid AND b.attrelid = fk.confrelid AND a.atttypid <> b.atttypid
UNION ALL
SELECT 'int-key', n.nspname || '.' || c.relname, a.attname::text, format_type(a.atttypid, NULL), c.relname::text
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_class c ON c.oid = o.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1]
WHERE o.contype = 'p' AND o.oid > $1 AND cardinality(o.conkey) = 1 AND o.conparentid = 0
    AND c.relpersistence <> 't' AND a.atttypid IN ('int4'::regtype, 'int2'::regtype)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.conrelid = o.conrelid AND f.contype = 'f' AND o.conkey[1] = ANY (f.conkey))
UNION ALL
SELECT 'duplicate-index', n.nspname || '.' || t.relname, m.relname::text, other.relname::text, m.shown
FROM made m
JOIN pg_catalog.pg_index x ON x.indexrelid = m.oid
JOIN pg_catalog.pg_class t ON t.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_index y ON y.indrelid = x.indrelid AND y.indexrelid <> x.indexrelid AND y.indkey = x.indkey AND y.indclass = x.indclass
    AND y.indoption = x.indoption AND y.indcollation = x.indcollation AND y.indnatts = x.indnatts AND y.indisvalid
    AND coalesce(pg_get_expr(y.indexprs, y.indrelid), '') = coalesce(pg_get_expr(x.indexprs, x.indrelid), '')
    AND coalesce(pg_get_expr(y.indpred, y.indrelid), '') = coalesce(pg_get_expr(x.indpred, x.indrelid), '')
JOIN pg_catalog.pg_class other ON other.oid = y.indexrelid
JOIN pg_catalog.pg_class mine ON mine.oid = m.oid AND mine.relam = other.relam
WHERE NOT (x.indisunique AND NOT y.indisunique) AND (y.indexrelid < x.indexrelid OR (y.indisunique AND NOT x.indisunique))
UNION ALL
SELECT 'no-key', m.shown, m.relname::text, NULL, NULL
FROM made m
WHERE m.relkind IN ('r', 'p') AND NOT m.relispartition
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.conrelid = m.oid AND o.contype = 'p')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = m.oid)
UNION ALL
SELECT 'name', m.shown, CASE m.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index'
    WHEN 'S' THEN 'sequence' ELSE 'table' END, m.relname::text, NULL
FROM made m WHERE $2::text IS NOT NULL AND m.relname !~ $2::text
UNION ALL
SELECT 'name', m.shown, 'column', a.attname::text, m.relname::text
FROM made m JOIN pg_catalog.pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE $2::text IS NOT NULL AND m.relkind IN ('r', 'p') AND a.attname !~ $2::text
UNION ALL
SELECT 'rls-off', m.shown, m.relname::text, NULL, NULL FROM made m
WHERE $3 AND m.relkind IN ('r', 'p') AND m.nspname = 'public' AND NOT m.relrowsecurity
UNION ALL
SELECT 'policy-no-rls', n.nspname || '.' || c.relname, p.polname::text, NULL, NULL
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE $3 AND p.oid > $1 AND NOT c.relrowsecurity
UNION ALL
SELECT 'definer-view', m.shown, m.relname::text, NULL, NULL FROM made m
WHERE $3 AND m.relkind = 'v' AND NOT coalesce(m.reloptions::text, '') ~* 'security_invoker=(true|on|1|yes)'
UNION ALL
SELECT 'search-path', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proname::text, NULL, NULL
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE $3 AND p.oid > $1 AND n.nspname <> 'dbmig_lint' AND p.prosecdef AND NOT coalesce(p.proconfig::text, '') ~ 'search_path='
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
