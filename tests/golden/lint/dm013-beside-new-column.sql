-- setup
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);
-- file
ALTER TABLE orders ADD COLUMN giver_id bigint REFERENCES customers,
    ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers;
