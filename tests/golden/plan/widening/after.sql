CREATE TABLE t (a bigint, b text, c numeric(10,4), d timestamp, e varchar);
