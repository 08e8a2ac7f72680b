CREATE TABLE t (id integer, x text);
CREATE TABLE q (id integer, x text);
CREATE TABLE apart (id integer, x text);
