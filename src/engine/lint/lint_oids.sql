-- The greatest oid given out, and the greatest of what the rules on the catalogs look at.
SELECT greatest(c.oid, o.oid, (SELECT max(oid) FROM pg_catalog.pg_proc), (SELECT max(oid) FROM pg_catalog.pg_type),
        (SELECT max(oid) FROM pg_catalog.pg_attrdef)), greatest(c.oid, o.oid)
FROM (SELECT max(oid) AS oid FROM pg_catalog.pg_class) c, (SELECT max(oid) AS oid FROM pg_catalog.pg_constraint) o
