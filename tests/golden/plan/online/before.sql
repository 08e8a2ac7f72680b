CREATE TABLE item (id integer, name text, price integer);
CREATE TABLE line (id bigint, item integer, n integer);
