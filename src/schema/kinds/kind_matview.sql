-- Materialized views.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl, acldefault('r', c.relowner) AS acl_default,
       rtrim(pg_get_viewdef(c.oid), ';') AS query,
       quote_ident(am.amname) AS access_method, quote_ident(ts.spcname) AS tablespace,
       nullif(concat_ws(E'\n',
           (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
              FROM unnest(c.reloptions) WITH ORDINALITY AS u(o, r)),
           (SELECT string_agg('toast.' || split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)),
                              E'\n' ORDER BY o)
              FROM unnest(tc.reloptions) WITH ORDINALITY AS u(o, r))), '') AS options,
       c.relispopulated AS populated
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_am am ON am.oid = c.relam
       LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
       LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid AND tc.reloptions IS NOT NULL
 WHERE c.relkind = 'm' AND c.oid >= 16384 AND n.nspname !~ '^pg_'
