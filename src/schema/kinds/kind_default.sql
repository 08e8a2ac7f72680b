-- Defaults of columns of tables, foreign tables and views, and the expressions of generated columns, which become
-- the columns' own (kinds/default.c). The server takes longer to write an expression than for all the rest: equal
-- ones are written once, but those that name columns once for each table.
SELECT e.tableoid AS classid, e.oid AS objid,
       'pg_class'::regclass::oid AS parent_classid, e.adrelid AS parent_objid, e.adnum AS parent_objsubid,
       NULL AS name, '' AS key,
       max(e.expression) OVER (PARTITION BY e.tree, e.relation) AS expression
  FROM (SELECT d.*, CASE WHEN d.oid = first_value(d.oid) OVER w THEN pg_get_expr(d.adbin, d.adrelid) COLLATE "C" END AS expression
          FROM (SELECT tableoid, oid, adrelid, adnum, adbin, adbin::text COLLATE "C" AS tree,
                       CASE WHEN adbin::text LIKE '%{VAR %' THEN adrelid ELSE 0 END AS relation
                  FROM pg_attrdef
                 WHERE oid >= 16384) AS d
        WINDOW w AS (PARTITION BY d.tree, d.relation)) AS e
