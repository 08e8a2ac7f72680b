-- The objects of the database that no row of the history made. $1: the transactions (xmin) of the history's
-- rows, as text[]; $2: the history table. Columns: kind, schema, name, whether it is younger than the history.
-- A table is known by its row type: TRUNCATE, VACUUM FULL and GRANT write the table's own row anew.
WITH o AS (
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                          WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind,
           c.relnamespace AS namespace, c.relname AS name, 'pg_catalog.pg_class'::pg_catalog.regclass AS classid,
           c.oid, coalesce(q.xmin, t.xmin, c.xmin) AS made
    FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reltype
    LEFT JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
           p.pronamespace, p.proname, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.xmin
    FROM pg_catalog.pg_proc p
    UNION ALL
    SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END,
           t.typnamespace, t.typname, 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.xmin
    FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
)
SELECT o.kind, n.nspname, o.name,
       pg_catalog.age(o.made) < (SELECT pg_catalog.age(t.xmin) FROM pg_catalog.pg_class c
                                 JOIN pg_catalog.pg_type t ON t.oid = c.reltype
                                 WHERE c.oid = pg_catalog.to_regclass($2))
FROM o JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND o.made::text <> ALL ($1::text[])
  -- What belongs to an extension, or to a column as its sequence, or was made along with its owner.
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = o.classid AND d.objid = o.oid AND d.objsubid = 0
                    AND (d.deptype IN ('e', 'i') OR (d.deptype = 'a' AND o.kind = 'sequence')))
ORDER BY 1, 2, 3
