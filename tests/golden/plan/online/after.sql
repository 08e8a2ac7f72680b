CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price integer CHECK (price > 0));
CREATE TABLE line (id bigint PRIMARY KEY, item integer REFERENCES item, n integer,
    CONSTRAINT line_once UNIQUE NULLS NOT DISTINCT (item, n) INCLUDE (id) DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX line_n ON line (n);
CREATE TABLE extra (id integer PRIMARY KEY, line bigint NOT NULL REFERENCES line CHECK (line > 0));
