-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar);
-- file
BEGIN;
ALTER TABLE orders ADD COLUMN shipped boolean;
UPDATE alembic_version SET version_num = 'c41' WHERE alembic_version.version_num = 'b07';
UPDATE ar_internal_metadata SET value = 'production';
COMMIT;
