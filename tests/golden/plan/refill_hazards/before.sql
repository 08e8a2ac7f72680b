CREATE TABLE t (id integer, b text, c numeric, d text, e integer);
CREATE TABLE nothing_common (a integer);
