-- The greatest oid given out, the greatest of what the rules on the catalogs look at, and whether there is any relation.
SELECT greatest(c.oid, o.oid, (SELECT max(oid) FROM pg_catalog.pg_proc), (SELECT max(oid) FROM pg_catalog.pg_type),
        (SELECT max(oid) FROM pg_catalog.pg_attrdef)), greatest(c.oid, o.oid), c.oid >= 16384
FROM (SELECT max(oid) AS oid FROM pg_catalog.pg_class) c, (SELECT max(oid) AS oid FROM pg_catalog.pg_constraint) o
