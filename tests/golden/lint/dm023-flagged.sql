-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE u (id int PRIMARY KEY);
CREATE TABLE v (x int, c bigint REFERENCES u);
CREATE INDEX v_c ON v (c);
CREATE INDEX v_c2 ON v (c);
