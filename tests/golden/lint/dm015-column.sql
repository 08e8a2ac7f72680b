-- setup
CREATE TABLE parents (id bigint PRIMARY KEY);
CREATE TABLE children (id bigint PRIMARY KEY, parent bigint REFERENCES parents);
-- file
ALTER TABLE children DROP COLUMN parent;
