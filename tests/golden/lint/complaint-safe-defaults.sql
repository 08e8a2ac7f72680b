-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ADD COLUMN a int DEFAULT -1;
ALTER TABLE orders ADD COLUMN b int DEFAULT (1);
ALTER TABLE orders ADD COLUMN c date DEFAULT CURRENT_DATE;
ALTER TABLE orders ADD COLUMN d text DEFAULT current_user;
ALTER TABLE orders ADD COLUMN e timestamptz DEFAULT pg_catalog.now();
ALTER TABLE orders ADD COLUMN f text DEFAULT concat('a', 'b');
ALTER TABLE orders ADD COLUMN g jsonb DEFAULT '{}'::jsonb;
ALTER TABLE orders ADD COLUMN h text[] DEFAULT ARRAY['a']::text[];
