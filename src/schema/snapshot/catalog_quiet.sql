-- True when no transaction has been committed since the snapshot $1 (pg_current_snapshot()): then all that was read
-- meanwhile, by the pg_get_...def() functions too, is of that moment. Every transaction that was running then, and
-- every one that has begun since, must be running still or rolled back. age() gives the number of the next one as of its
-- first call in a transaction, so that nothing that reads may call it. False when it cannot be told in short: on a standby,
-- whose snapshots do not name what is running, and when many have begun.
WITH seen AS (
    SELECT $1::pg_snapshot AS snapshot, pg_snapshot_xmax($1::pg_snapshot) AS next,
           age(pg_snapshot_xmax($1::pg_snapshot)::xid) AS begun
)
SELECT NOT pg_is_in_recovery() AND begun BETWEEN 0 AND 1000 AND NOT EXISTS (
           SELECT FROM (SELECT pg_snapshot_xip(snapshot)
                        UNION ALL
                        SELECT (next::text::bigint + i)::text::xid8 FROM generate_series(0, least(begun, 1000) - 1) AS i) AS u(id)
            WHERE coalesce(pg_xact_status(id), '') NOT IN ('in progress', 'aborted'))
  FROM seen
