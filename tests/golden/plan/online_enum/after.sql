CREATE TYPE mood AS ENUM ('sad', 'ok', 'new');
CREATE TABLE z (id integer PRIMARY KEY);
CREATE TABLE b (id integer NOT NULL, m mood DEFAULT 'new', z integer REFERENCES z);
