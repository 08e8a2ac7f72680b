-- Rules, but for those that make a view.
SELECT r.tableoid AS classid, r.oid AS objid, c.tableoid AS parent_classid, c.oid AS parent_objid,
       n.nspname AS schema, r.rulename AS name,
       format('%I ON %I.%I', r.rulename, n.nspname, c.relname) AS key,
       rtrim(pg_get_ruledef(r.oid), ';') AS definition,
       r.ev_enabled AS enabled
  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
       JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE r.rulename <> '_RETURN' AND r.oid >= 16384 AND n.nspname !~ '^pg_'
