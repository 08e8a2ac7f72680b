-- One try for the advisory lock. $1: key, $2 and $3: what application_name says before and after the
-- time. Returns the application_name, or NULL when another session has the lock.
SELECT CASE WHEN pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8)
            THEN pg_catalog.set_config('application_name', pg_catalog.concat($2::pg_catalog.text,
                     pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()),
                                        'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                     $3::pg_catalog.text), false) END
