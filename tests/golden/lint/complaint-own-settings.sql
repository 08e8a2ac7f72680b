-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
SET client_min_messages = error;
SET TimeZone = 'UTC';
ALTER TABLE orders ALTER COLUMN qty SET NOT NULL;
SET session_replication_role = replica;
DO $$ BEGIN EXECUTE 'DROP TABLE customers'; END $$;
