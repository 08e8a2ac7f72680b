-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
CREATE INDEX ON orders (customer_id);
-- file
ALTER TABLE orders
    DROP CONSTRAINT orders_customer_fk,
    ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) -- goes with its customer
        REFERENCES customers (id) ON UPDATE CASCADE ON DELETE CASCADE;
-- file
ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers MATCH FULL ON DELETE SET NULL
    DEFERRABLE INITIALLY DEFERRED, ALTER COLUMN qty SET DEFAULT 1;
