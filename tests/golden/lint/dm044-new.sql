-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE MATERIALIZED VIEW mv AS SELECT id, qty FROM orders;
CREATE UNIQUE INDEX ON mv (id);
-- file
CREATE MATERIALIZED VIEW mv2 AS SELECT 1;
REFRESH MATERIALIZED VIEW mv2;
