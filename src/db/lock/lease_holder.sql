SELECT owner, expires_at <= pg_catalog.clock_timestamp(),
       (extract(epoch FROM greatest(expires_at, pg_catalog.clock_timestamp())
                           - pg_catalog.clock_timestamp()) * 1000)::pg_catalog.int8
  FROM :lease
 WHERE id = 1
