-- setup
CREATE TABLE parents (code varchar(10) PRIMARY KEY);
CREATE TABLE children (id bigint PRIMARY KEY, parent varchar(10) REFERENCES parents);
-- file
ALTER TABLE children ALTER COLUMN parent TYPE varchar(20);
