-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TEMP TABLE tmp (id int);
CREATE INDEX ON tmp (id);
ALTER TABLE tmp ALTER COLUMN id SET NOT NULL;
CREATE TABLE copied AS SELECT 1::bigint AS id;
ALTER TABLE copied ADD PRIMARY KEY (id);
SELECT 1::bigint AS id INTO other;
ALTER TABLE other ADD UNIQUE (id);
ALTER TABLE other ADD PRIMARY KEY (id);
