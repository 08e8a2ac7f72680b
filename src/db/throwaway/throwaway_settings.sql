-- For a session that waits for a whole run: no limit of the server's may end it.
SELECT pg_catalog.set_config(s.name, '0', false)
FROM pg_catalog.pg_settings s
WHERE s.name IN ('idle_session_timeout', 'idle_in_transaction_session_timeout', 'statement_timeout',
                 'lock_timeout', 'transaction_timeout')
