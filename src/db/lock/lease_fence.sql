-- Fails unless the token still holds the lease; renews it, and keeps the row locked to the end of the
-- transaction. The failed cast shows its text; concat() keeps it from being evaluated in advance.
WITH held AS (
    UPDATE :lease
       SET expires_at = greatest(expires_at,
                                 pg_catalog.clock_timestamp() + :milliseconds * interval '1 millisecond')
     WHERE id = 1 AND token = :token
    RETURNING 1)
SELECT CASE WHEN pg_catalog.count(*) = 1 THEN true
            ELSE pg_catalog.concat('dbmig: the migration lease was lost, token ', :token,
                                   ', rows ', pg_catalog.count(*))::pg_catalog.bool END
  FROM held
