-- Transforms of types for procedural languages.
SELECT t.tableoid AS classid, t.oid AS objid, NULL AS schema, k.key AS name, k.key AS key,
       format('CREATE TRANSFORM %s (%s)', k.key, concat_ws(', ',
           CASE WHEN t.trffromsql <> 0 THEN 'FROM SQL WITH FUNCTION ' || t.trffromsql::regprocedure END,
           CASE WHEN t.trftosql <> 0 THEN 'TO SQL WITH FUNCTION ' || t.trftosql::regprocedure END)) AS definition
  FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
       CROSS JOIN LATERAL (SELECT format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname)) AS k(key)
 WHERE t.oid >= 16384
