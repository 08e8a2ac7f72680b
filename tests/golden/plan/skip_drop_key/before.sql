CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE line (item integer REFERENCES item);
