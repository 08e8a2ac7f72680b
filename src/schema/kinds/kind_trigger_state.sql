-- Triggers that partitions have from their parent, where they are not enabled as that one is.
SELECT t.tableoid AS classid, t.oid AS objid, c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, t.tgname AS name,
       format('%I ON %I.%I', t.tgname, n.nspname, c.relname) AS key,
       t.tgenabled AS enabled, p.tgenabled AS of_parent
  FROM pg_trigger t JOIN pg_trigger p ON p.oid = t.tgparentid
       JOIN pg_class c ON c.oid = t.tgrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND t.tgenabled <> p.tgenabled AND n.nspname !~ '^pg_'
