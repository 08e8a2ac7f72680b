CREATE TABLE item (id integer PRIMARY KEY);
CREATE TABLE old (id integer PRIMARY KEY, item integer REFERENCES item DEFAULT 1, name text UNIQUE CHECK (name <> ''));
CREATE INDEX old_item ON old (item);
CREATE TABLE stays (id integer, gone text);
CREATE INDEX stays_gone ON stays (id);
