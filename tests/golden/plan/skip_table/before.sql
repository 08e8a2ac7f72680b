CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE kept (id serial PRIMARY KEY, m mood);
CREATE INDEX kept_m ON kept (m);
CREATE TABLE other (id integer PRIMARY KEY, kept integer REFERENCES kept, gone text);
CREATE VIEW v AS SELECT id FROM kept;
