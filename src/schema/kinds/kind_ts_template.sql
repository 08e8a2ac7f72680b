-- Text search templates.
SELECT t.tableoid AS classid, t.oid AS objid, n.nspname AS schema, t.tmplname AS name,
       format('%I.%I', n.nspname, t.tmplname) AS key,
       format('CREATE TEXT SEARCH TEMPLATE %I.%I (%s)', n.nspname, t.tmplname, concat_ws(', ',
           CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit END,
           'LEXIZE = ' || t.tmpllexize)) AS definition
  FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace
 WHERE t.oid >= 16384 AND n.nspname !~ '^pg_'
