CREATE TABLE item (id integer PRIMARY KEY);
CREATE TABLE new (id integer PRIMARY KEY, item integer REFERENCES item DEFAULT 1, name text UNIQUE CHECK (name <> ''));
CREATE INDEX new_item ON new (item);
CREATE TABLE stays (id integer UNIQUE, more text CHECK (more <> ''));
