CREATE TABLE t (id integer, c integer, d varchar(3), e integer GENERATED ALWAYS AS (id * 2) STORED) PARTITION BY RANGE (id);
CREATE TABLE t_all PARTITION OF t DEFAULT;
CREATE TABLE nothing_common (b integer DEFAULT 7) PARTITION BY RANGE (b);
CREATE TABLE nothing_common_all PARTITION OF nothing_common DEFAULT;
