CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE z (id integer PRIMARY KEY);
CREATE TABLE b (id integer, m mood, z integer);
