-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE TABLE parts (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id));
CREATE TABLE days (id bigint, day date, order_id bigint REFERENCES orders (id), PRIMARY KEY (id, day))
    PARTITION BY RANGE (day);
