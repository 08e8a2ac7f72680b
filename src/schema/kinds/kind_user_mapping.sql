-- User mappings. Their passwords are left out on the server: a snapshot never has them, "secrets" tells which
-- there are. NULL where this role may not see the options.
SELECT 'pg_user_mapping'::regclass::oid AS classid, m.umid AS objid, NULL AS schema,
       coalesce(m.usename, 'public') AS name, CASE WHEN m.umuser <> 0 THEN m.usename END AS "user",
       format('FOR %s SERVER %I', CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname)
           AS key,
       (SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), E'\n' ORDER BY option_name)
          FROM pg_options_to_table(m.umoptions)
         WHERE option_name !~* 'pass(word|phrase|wd)?|secret|token|key|credential') AS options,
       (SELECT string_agg(quote_ident(option_name), E'\n' ORDER BY option_name)
          FROM pg_options_to_table(m.umoptions)
         WHERE option_name ~* 'pass(word|phrase|wd)?|secret|token|key|credential') AS secrets,
       concat_ws('/', 'pg_foreign_server'::regclass::oid, m.srvid, 0) AS needs
  FROM pg_user_mappings m
 WHERE m.umid >= 16384
