-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
-- file
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
ALTER TABLE orders ALTER COLUMN qty TYPE bigint;
