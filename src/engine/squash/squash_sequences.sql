-- The sequences of the database that are no extension's: name, position at the start.
SELECT pg_catalog.format('%I.%I', s.nspname, c.relname), q.seqstart
  FROM pg_catalog.pg_sequence AS q
       JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
       JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
 WHERE c.relpersistence <> 't'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY 1
