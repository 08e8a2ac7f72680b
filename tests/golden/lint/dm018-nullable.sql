-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE notes (id bigint, note text);
CREATE TABLE marks (a bigint NOT NULL, b bigint);
-- file
ALTER TABLE notes ADD PRIMARY KEY (id);
-- file
ALTER TABLE marks ADD CONSTRAINT marks_key PRIMARY KEY (a, b);
