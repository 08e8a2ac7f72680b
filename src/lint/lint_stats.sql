-- Row counts (the planner's) and sizes of the tables of a database.
SELECT n.nspname || '.' || c.relname, greatest(c.reltuples, 0)::bigint, pg_catalog.pg_total_relation_size(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
UNION ALL
SELECT n.nspname || '.' || c.relname, sum(greatest(l.reltuples, 0))::bigint, sum(pg_catalog.pg_total_relation_size(l.oid))::bigint
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class l ON l.oid = t.relid AND t.isleaf
WHERE c.relkind = 'p' AND l.relkind = 'r'
GROUP BY 1
ORDER BY 1
