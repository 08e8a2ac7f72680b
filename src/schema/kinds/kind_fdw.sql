-- Foreign data wrappers.
SELECT f.tableoid AS classid, f.oid AS objid, NULL AS schema, f.fdwname AS name,
       quote_ident(f.fdwname) AS key,
       pg_get_userbyid(f.fdwowner) AS owner, f.fdwacl AS acl, acldefault('F', f.fdwowner) AS acl_default,
       CASE WHEN f.fdwhandler <> 0 THEN f.fdwhandler::regproc END AS handler,
       CASE WHEN f.fdwvalidator <> 0 THEN f.fdwvalidator::regproc END AS validator,
       (SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), E'\n' ORDER BY option_name)
          FROM pg_options_to_table(f.fdwoptions)) AS options
  FROM pg_foreign_data_wrapper f
 WHERE f.oid >= 16384
