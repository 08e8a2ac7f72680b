-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
CREATE MATERIALIZED VIEW totals AS SELECT sum(qty) AS total FROM orders;
-- file
CREATE UNIQUE INDEX totals_total ON totals (total);
