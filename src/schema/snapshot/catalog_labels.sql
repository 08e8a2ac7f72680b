-- Security labels, "provider 'label'" a line, by address.
SELECT l.classoid, l.objoid, l.objsubid,
       string_agg(format('%I %L', l.provider, l.label), E'\n' ORDER BY l.provider)
  FROM pg_seclabel l
 GROUP BY 1, 2, 3
