-- Ordinary and partitioned tables, without their columns.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl, acldefault('r', c.relowner) AS acl_default,
       c.relpersistence AS persistence, quote_ident(am.amname) AS access_method,
       quote_ident(ts.spcname) AS tablespace,
       CASE WHEN c.reloptions IS NOT NULL OR tc.reloptions IS NOT NULL THEN nullif(concat_ws(E'\n',
           (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
              FROM unnest(c.reloptions) WITH ORDINALITY AS u(o, r)),
           (SELECT string_agg('toast.' || split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)),
                              E'\n' ORDER BY o)
              FROM unnest(tc.reloptions) WITH ORDINALITY AS u(o, r))), '') END AS options,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       c.relispartition AS is_partition,
       c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
       c.relreplident AS replica_identity
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_am am ON am.oid = c.relam
       LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
       LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid AND tc.reloptions IS NOT NULL
 WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
