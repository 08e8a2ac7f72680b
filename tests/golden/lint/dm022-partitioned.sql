-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE days (id bigint, day date, order_id bigint, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2000-01-01') TO ('2001-01-01');
-- file
ALTER TABLE days ADD FOREIGN KEY (order_id) REFERENCES orders (id);
