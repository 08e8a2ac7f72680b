-- Access methods of indexes and tables.
SELECT a.tableoid AS classid, a.oid AS objid, NULL AS schema, a.amname AS name, quote_ident(a.amname) AS key,
       format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname,
              CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, a.amhandler) AS definition
  FROM pg_am a
 WHERE a.oid >= 16384
