-- Foreign tables, without their columns.
SELECT c.tableoid AS classid, c.oid AS objid, n.nspname AS schema, c.relname AS name,
       format('%I.%I', n.nspname, c.relname) AS key,
       pg_get_userbyid(c.relowner) AS owner, c.relacl AS acl, acldefault('r', c.relowner) AS acl_default,
       quote_ident(s.srvname) AS server,
       (SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), E'\n' ORDER BY option_name)
          FROM pg_options_to_table(f.ftoptions)) AS options,
       c.relispartition AS is_partition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_foreign_table f ON f.ftrelid = c.oid
       JOIN pg_foreign_server s ON s.oid = f.ftserver
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
