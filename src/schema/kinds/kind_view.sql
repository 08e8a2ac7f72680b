-- Views. "columns" has name, type and collation a line: CREATE OR REPLACE VIEW may only add some.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl, acldefault('r', c.relowner) AS acl_default,
       rtrim(pg_get_viewdef(c.oid), ';') AS query,
       (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), E'\n' ORDER BY o)
          FROM unnest(c.reloptions) WITH ORDINALITY AS u(o, r)) AS options,
       (SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                                    nullif(a.attcollation, 0)::regcollation::text),
                          E'\n' ORDER BY a.attnum)
          FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'v' AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND c.relpersistence <> 't'
