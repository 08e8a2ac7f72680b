-- options: --tx-mode all
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
-- file
CREATE INDEX orders_qty ON orders (qty);
-- file
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
-- file
CREATE INDEX customers_name ON customers (name);
-- file
SELECT 1;
