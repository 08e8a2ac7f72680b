CREATE TYPE word AS ENUM ('a''b');
CREATE TABLE t (id integer, w word);
