-- Casts.
SELECT c.tableoid AS classid, c.oid AS objid, NULL AS schema, k.key AS name, k.key AS key,
       'CREATE CAST ' || k.key || CASE c.castmethod
           WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::regprocedure
           WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END ||
       CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END AS definition
  FROM pg_cast c
       CROSS JOIN LATERAL (SELECT format('(%s AS %s)', format_type(c.castsource, NULL),
                                         format_type(c.casttarget, NULL))) AS k(key)
 WHERE c.oid >= 16384
