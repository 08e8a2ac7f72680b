-- The materialized views of the database that have been filled, in the order in which they were made.
SELECT pg_catalog.format('%I.%I', s.nspname, c.relname)
  FROM pg_catalog.pg_class AS c
       JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
 WHERE c.relkind = 'm' AND c.relispopulated AND c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY c.oid
