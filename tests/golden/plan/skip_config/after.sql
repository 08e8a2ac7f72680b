CREATE TABLE item (id bigint PRIMARY KEY, name text, price integer);
CREATE TABLE line (item bigint REFERENCES item);
CREATE VIEW shown AS SELECT id, price FROM item;
