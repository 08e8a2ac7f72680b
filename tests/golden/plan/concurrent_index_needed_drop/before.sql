CREATE TABLE item (id integer PRIMARY KEY, name text, price integer);
CREATE INDEX item_price ON item (price);
CREATE INDEX item_name ON item (name);
