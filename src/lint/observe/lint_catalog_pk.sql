-- Primary keys with an oid beyond $1 that are small integers, and no foreign keys as well.
SELECT 'int-key', n.nspname || '.' || c.relname, a.attname::text, format_type(a.atttypid, NULL), c.relname::text
FROM pg_catalog.pg_constraint o
JOIN pg_catalog.pg_class c ON c.oid = o.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1]
WHERE o.contype = 'p' AND o.oid > $1 AND cardinality(o.conkey) = 1 AND o.conparentid = 0
    AND c.relpersistence <> 't' AND a.atttypid IN ('int4'::regtype, 'int2'::regtype)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.conrelid = o.conrelid AND f.contype = 'f' AND o.conkey[1] = ANY (f.conkey))
