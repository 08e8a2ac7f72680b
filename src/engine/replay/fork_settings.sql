-- What ALTER DATABASE ... SET and ALTER ROLE ... IN DATABASE ... SET gave the current database, to be given to a
-- copy of it: the words before the database's name and those behind it. Values of settings that are lists of
-- names are kept as the names that they are written as; the others are texts.
SELECT CASE WHEN s.setrole = 0 THEN 'DATABASE '
            ELSE pg_catalog.format('ROLE %I IN DATABASE ', r.rolname) END,
       pg_catalog.format(CASE WHEN p.name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
                                              'session_preload_libraries', 'unix_socket_directories')
                              THEN 'SET %I TO %s' ELSE 'SET %I TO %L' END,
                         p.name, p.value)
  FROM pg_catalog.pg_db_role_setting AS s
       LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
       CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
       CROSS JOIN LATERAL (SELECT pg_catalog.split_part(c.setting, '=', 1) AS name,
                                  pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1) AS value) AS p
 WHERE s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database AS d
                         WHERE d.datname = pg_catalog.current_database())
   AND (s.setrole = 0 OR r.rolname IS NOT NULL)
 ORDER BY s.setrole, p.name
