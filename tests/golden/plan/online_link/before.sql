CREATE TABLE p (id integer NOT NULL, v integer, CONSTRAINT c CHECK (v > 0)) PARTITION BY RANGE (id);
CREATE TABLE q (id integer, v integer);
CREATE TABLE parent (id integer, CONSTRAINT d CHECK (id > 0));
CREATE TABLE child (id integer);
