-- $1: token, $2: milliseconds. Returns whether the token still holds the lease. A row that is locked is
-- locked by our own transaction, which needs no renewal, or is about to change hands.
WITH mine AS (
    SELECT id FROM :lease WHERE id = 1 AND token = $1::pg_catalog.int8 FOR UPDATE SKIP LOCKED),
renewed AS (
    UPDATE :lease AS l
       SET expires_at = greatest(l.expires_at, pg_catalog.clock_timestamp() +
                                               $2::pg_catalog.int8 * interval '1 millisecond')
      FROM mine
     WHERE l.id = mine.id)
SELECT EXISTS (SELECT FROM :lease WHERE id = 1 AND token = $1::pg_catalog.int8)
