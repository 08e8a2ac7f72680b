-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int);
CREATE VIEW big_orders AS SELECT * FROM orders WHERE qty > 100;
-- file
CREATE TABLE trial (id int);
CREATE VIEW trials AS SELECT * FROM trial;
DROP TABLE trial CASCADE;
-- file
CREATE SCHEMA lab;
CREATE TABLE lab.one (id int PRIMARY KEY);
DROP SCHEMA lab CASCADE;
-- file
CREATE VIEW all_orders AS SELECT * FROM orders;
CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders);
DROP TABLE orders CASCADE;
