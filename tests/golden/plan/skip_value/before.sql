CREATE TYPE e AS ENUM ('a', 'x');
CREATE TABLE t (id integer, plain e, many e[], other e);
