-- What the history set for the database and for its roles, as SQL that does not name the database: its name is
-- another one elsewhere.
SELECT CASE WHEN s.setdatabase <> 0
            THEN pg_catalog.format(
                     'DO $dbmig$ BEGIN EXECUTE pg_catalog.format(%L, pg_catalog.current_database()); END $dbmig$',
                     pg_catalog.replace(w.before, '%', '%%') || 'DATABASE %I '
                     || pg_catalog.replace(w.behind, '%', '%%'))
            ELSE w.before || w.behind END
  FROM pg_catalog.pg_db_role_setting AS s
       LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
       CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
       CROSS JOIN LATERAL (SELECT pg_catalog.split_part(c.setting, '=', 1) AS name,
                                  pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1) AS value) AS p
       CROSS JOIN LATERAL (
           SELECT CASE WHEN s.setrole = 0 THEN 'ALTER '
                       WHEN s.setdatabase = 0 THEN pg_catalog.format('ALTER ROLE %I ', r.rolname)
                       ELSE pg_catalog.format('ALTER ROLE %I IN ', r.rolname) END AS before,
                  pg_catalog.format(CASE WHEN p.name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                                         'session_preload_libraries', 'unix_socket_directories')
                                         THEN 'SET %I TO %s' ELSE 'SET %I TO %L' END, p.name, p.value) AS behind) AS w
 WHERE (s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database AS d
                          WHERE d.datname = pg_catalog.current_database())
        OR (s.setdatabase = 0 AND r.oid >= 16384))
   AND (s.setrole = 0 OR r.rolname IS NOT NULL)
 ORDER BY s.setrole, p.name
