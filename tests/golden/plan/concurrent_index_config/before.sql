CREATE TABLE item (id integer PRIMARY KEY, name text, price integer);
CREATE INDEX item_price ON item (price);
CREATE UNIQUE INDEX "Item Name" ON item (name) WHERE name <> 'x INDEX y';
