-- Typed tables: CREATE TABLE ... OF type.
SELECT c.tableoid AS classid, c.oid AS objid, 2147483647 AS objsubid,
       c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       format_type(c.reloftype, NULL) AS of_type,
       concat_ws('/', t.tableoid, t.oid, 0) AS needs
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_type t ON t.oid = c.reloftype
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
