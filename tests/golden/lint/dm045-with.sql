-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone;
-- file
CREATE TABLE old_orders (LIKE orders, PRIMARY KEY (id));
WITH gone AS (DELETE FROM orders RETURNING *) INSERT INTO old_orders SELECT * FROM gone;
-- file
WITH batch AS (SELECT id FROM orders WHERE qty IS NULL LIMIT 100) UPDATE orders o SET qty = 0 FROM batch b WHERE b.id = o.id;
-- file
WITH gone AS (DELETE FROM orders WHERE id < 5 RETURNING id) SELECT count(*) FROM gone;
-- file
WITH named AS (SELECT 1) UPDATE customers SET name = 'x';
