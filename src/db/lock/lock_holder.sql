-- Who holds the advisory lock with the key $1. Columns that the user may not see are NULL.
SELECT l.pid, a.usename, a.application_name, pg_catalog.host(a.client_addr), a.state,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.backend_start) * 1000)::pg_catalog.int8,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change) * 1000)::pg_catalog.int8,
       CASE WHEN a.state IS NULL THEN NULL ELSE a.query END
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
   AND l.classid = (($1::pg_catalog.int8 >> 32) & 4294967295)::pg_catalog.oid
   AND l.objid = ($1::pg_catalog.int8 & 4294967295)::pg_catalog.oid
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
