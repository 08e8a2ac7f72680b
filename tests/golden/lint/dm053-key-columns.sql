-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE pairs (a bigint, b bigint, PRIMARY KEY (a, b));
CREATE INDEX pairs_twice ON pairs (b, b);
CREATE INDEX pairs_either ON pairs (b, a) INCLUDE (b);
CREATE INDEX pairs_ways ON pairs (b DESC, b ASC);
CREATE INDEX pairs_expressions ON pairs ((a + 1), (a + 1));
