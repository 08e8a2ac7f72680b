CREATE TABLE item (id integer PRIMARY KEY, name text DEFAULT 'x', gone text);
CREATE INDEX item_gone ON item (gone);
CREATE TABLE line (item integer);
