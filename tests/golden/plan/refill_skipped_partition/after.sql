CREATE TABLE t (id integer, x text);
CREATE TABLE t_rest (id integer, x text);
CREATE TABLE key_changes (id integer) PARTITION BY RANGE (id);
CREATE TABLE key_changes_2 PARTITION OF key_changes FOR VALUES FROM (0) TO (9);
