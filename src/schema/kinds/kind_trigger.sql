-- Triggers, but for the server's own and those that partitions have from their parent.
SELECT t.tableoid AS classid, t.oid AS objid, c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, t.tgname AS name,
       format('%I ON %I.%I', t.tgname, n.nspname, c.relname) AS key,
       pg_get_triggerdef(t.oid) AS definition,
       t.tgenabled AS enabled
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND t.oid >= 16384 AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
   AND t.tgparentid = 0
