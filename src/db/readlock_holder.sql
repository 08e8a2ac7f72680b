-- Who holds a lock of this database that reading waits for, the one that has it longest first. Columns that the
-- user may not see are NULL. Locks on tables come before those on their indexes.
SELECT l.pid, pg_catalog.format('%I.%I', n.nspname, c.relname), a.usename, a.application_name, a.state,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::pg_catalog.int8,
       CASE WHEN a.state IS NULL THEN NULL ELSE a.query END
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND c.relpersistence <> 't'
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
   AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
 ORDER BY l.granted DESC, a.xact_start, c.relkind IN ('r', 'p', 'm') DESC, 2
 LIMIT 1
