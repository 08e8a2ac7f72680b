-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE notes (note text);
-- file
ALTER TABLE notes ADD COLUMN id serial PRIMARY KEY;
ALTER TABLE customers ADD COLUMN code uuid DEFAULT gen_random_uuid() UNIQUE;
