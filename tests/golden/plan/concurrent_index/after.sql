CREATE TABLE item (id integer PRIMARY KEY, name text, price integer, note text);
CREATE INDEX item_note ON item (note);
COMMENT ON INDEX item_note IS 'for search';
CREATE UNIQUE INDEX "Item Name" ON item (lower(name)) WHERE name <> 'x INDEX y';
CREATE TABLE fresh (id integer);
CREATE INDEX fresh_id ON fresh (id);
CREATE TABLE parts (id integer) PARTITION BY RANGE (id);
CREATE INDEX parts_id ON parts (id);
