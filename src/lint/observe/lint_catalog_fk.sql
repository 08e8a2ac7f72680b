-- Foreign keys with an oid beyond $1: without an index, between different types. $2: tables up to that oid hold rows.
-- The columns of all lint_catalog_*.sql: rule, object that made it, then texts of the rule.
WITH fk AS (
    SELECT o.oid, o.conname, o.conrelid, o.confrelid, o.conkey, o.confkey, n.nspname || '.' || c.relname AS shown, c.relkind,
        (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.ord) FROM unnest(o.conkey) WITH ORDINALITY k(num, ord)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.num) AS columns
    FROM pg_catalog.pg_constraint o
    JOIN pg_catalog.pg_class c ON c.oid = o.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE o.contype = 'f' AND o.oid > $1 AND o.conparentid = 0 AND c.relpersistence <> 't'
)
SELECT 'fk-index', fk.shown, fk.conname::text, fk.columns, fk.relkind::text
FROM fk
WHERE (fk.conrelid <= $2 OR fk.confrelid <= $2)
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_index x WHERE x.indrelid = fk.conrelid AND x.indpred IS NULL AND x.indisvalid
            AND (SELECT array_agg(k ORDER BY k) FROM unnest((x.indkey::int2[])[0:cardinality(fk.conkey) - 1]) k)
                = (SELECT array_agg(k ORDER BY k) FROM unnest(fk.conkey) k))
UNION ALL
SELECT 'fk-type', fk.shown, fk.conname::text, a.attname || ' ' || format_type(a.atttypid, a.atttypmod), b.attname || ' ' || format_type(b.atttypid, b.atttypmod)
FROM fk, LATERAL unnest(fk.conkey, fk.confkey) k(mine, theirs)
JOIN pg_catalog.pg_attribute a ON a.attnum = k.mine JOIN pg_catalog.pg_attribute b ON b.attnum = k.theirs
WHERE a.attrelid = fk.conrelid AND b.attrelid = fk.confrelid AND a.atttypid <> b.atttypid
