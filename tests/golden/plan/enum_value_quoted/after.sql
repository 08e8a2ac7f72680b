CREATE TYPE word AS ENUM ('a''b', 'b');
CREATE TABLE t (id integer, w word DEFAULT 'b');
