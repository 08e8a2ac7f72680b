-- Defaults of columns of tables, foreign tables and views (expressions of generated columns are the
-- columns' own).
SELECT d.tableoid AS classid, d.oid AS objid,
       'pg_class'::regclass::oid AS parent_classid, d.adrelid AS parent_objid, a.attnum AS parent_objsubid,
       a.attname AS name, '' AS key,
       pg_get_expr(d.adbin, d.adrelid) AS expression
  FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
 WHERE a.attgenerated = '' AND d.oid >= 16384
