-- When that was: times without a zone are the session's. $1: an array; NULL for what is no time.
SELECT CASE WHEN pg_catalog.isfinite(t.at)
            THEN (extract(epoch FROM t.at::pg_catalog.timestamptz) * 1000000)::pg_catalog.int8 END
  FROM pg_catalog.unnest($1::pg_catalog.timestamp[]) WITH ORDINALITY AS t (at, place)
 ORDER BY t.place
