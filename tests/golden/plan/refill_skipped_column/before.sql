CREATE TABLE t (id integer, b text, CHECK (b <> ''));
CREATE TABLE u (id integer, b text);
