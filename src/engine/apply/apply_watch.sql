-- What a backend waits for or how far it is. $1: its pid.
WITH blocker AS (
    SELECT b.pid, a.usename, a.application_name, a.state, a.query,
           pg_catalog.date_trunc('second', pg_catalog.now() - a.xact_start)::text AS age
    FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::int)) b (pid)
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
    ORDER BY a.xact_start
    LIMIT 1
), progress AS (
    SELECT CASE WHEN blocks_total > 0 THEN 100.0 * blocks_done / blocks_total
                WHEN lockers_total > 0 THEN 100.0 * lockers_done / lockers_total END AS percent
    FROM pg_catalog.pg_stat_progress_create_index WHERE pid = $1::int
    UNION ALL
    SELECT 100.0 * heap_blks_scanned / nullif(heap_blks_total, 0)
    FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = $1::int
    UNION ALL
    SELECT 100.0 * heap_blks_scanned / nullif(heap_blks_total, 0)
    FROM pg_catalog.pg_stat_progress_cluster WHERE pid = $1::int
    UNION ALL
    SELECT 100.0 * sample_blks_scanned / nullif(sample_blks_total, 0)
    FROM pg_catalog.pg_stat_progress_analyze WHERE pid = $1::int
)
SELECT (SELECT pid FROM blocker), (SELECT usename FROM blocker), (SELECT application_name FROM blocker),
       (SELECT state FROM blocker), (SELECT age FROM blocker), (SELECT query FROM blocker),
       (SELECT pg_catalog.round(percent::numeric, 1) FROM progress WHERE percent IS NOT NULL LIMIT 1),
       (SELECT query FROM pg_catalog.pg_stat_activity WHERE pid = $1::int AND state = 'active')
