-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE bare (id bigint NOT NULL, v int);
-- file
ALTER TABLE bare ADD PRIMARY KEY (id);
