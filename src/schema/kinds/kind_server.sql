-- Foreign servers.
SELECT s.tableoid AS classid, s.oid AS objid, NULL AS schema, s.srvname AS name,
       quote_ident(s.srvname) AS key,
       pg_get_userbyid(s.srvowner) AS owner, s.srvacl AS acl, acldefault('S', s.srvowner) AS acl_default,
       quote_ident(f.fdwname) AS wrapper, quote_literal(s.srvtype) AS type,
       quote_literal(s.srvversion) AS version,
       (SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), E'\n' ORDER BY option_name)
          FROM pg_options_to_table(s.srvoptions)) AS options
  FROM pg_foreign_server s JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw
 WHERE s.oid >= 16384
