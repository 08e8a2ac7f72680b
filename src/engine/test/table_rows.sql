-- The tables of the database that are its own, not an extension's: object id, the name as SQL writes it.
SELECT c.oid, pg_catalog.format('%I.%I', s.nspname, c.relname)
  FROM pg_catalog.pg_class AS c
       JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY 2
