-- OWNED BY: which column a sequence goes with.
SELECT c.tableoid AS classid, c.oid AS objid, 2147483647 AS objsubid,
       c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       format('%I.%I.%I', tn.nspname, t.relname, a.attname) AS owned_by,
       concat_ws('/', d.refclassid, d.refobjid, d.refobjsubid) AS needs
  FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_class t ON t.oid = d.refobjid
       JOIN pg_namespace tn ON tn.oid = t.relnamespace
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
   AND d.refobjsubid <> 0
