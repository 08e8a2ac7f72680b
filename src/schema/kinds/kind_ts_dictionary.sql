-- Text search dictionaries.
SELECT d.tableoid AS classid, d.oid AS objid, n.nspname AS schema, d.dictname AS name,
       format('%I.%I', n.nspname, d.dictname) AS key, pg_get_userbyid(d.dictowner) AS owner,
       format('CREATE TEXT SEARCH DICTIONARY %I.%I (%s)', n.nspname, d.dictname, concat_ws(', ',
           format('TEMPLATE = %I.%I', tn.nspname, t.tmplname), d.dictinitoption)) AS definition
  FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
       JOIN pg_ts_template t ON t.oid = d.dicttemplate
       JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
 WHERE d.oid >= 16384 AND n.nspname !~ '^pg_'
