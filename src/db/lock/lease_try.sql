-- One try for the lease. $1 and $2: the owner before and after the time, $3: milliseconds. Returns the
-- token and the owner, or no row. A row that the present holder's transaction has locked is not free,
-- expired or not, and is not waited for.
WITH free AS (
    SELECT id FROM :lease
     WHERE id = 1 AND expires_at <= pg_catalog.clock_timestamp()
       FOR UPDATE SKIP LOCKED)
UPDATE :lease AS l
   SET token = l.token + 1,
       owner = pg_catalog.concat($1::pg_catalog.text,
                   pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()),
                                      'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                   $2::pg_catalog.text),
       acquired_at = pg_catalog.clock_timestamp(),
       expires_at = pg_catalog.clock_timestamp() + $3::pg_catalog.int8 * interval '1 millisecond'
  FROM free
 WHERE l.id = free.id
RETURNING l.token, l.owner
