-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE labels (id bigint PRIMARY KEY, name text);
CREATE TABLE label_customer (label_id bigint REFERENCES labels (id), customer_id bigint REFERENCES customers (id));
-- file
DROP TABLE IF EXISTS label_customer, labels;
