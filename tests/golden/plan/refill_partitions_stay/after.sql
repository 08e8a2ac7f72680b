CREATE TABLE t (id integer, x text);
CREATE TABLE t_stays (id integer, x text);
CREATE TABLE t_deep_stays (id integer, x text);
-- has the rows of its own partition that goes
CREATE TABLE t_half (id integer, x text);
CREATE TABLE t_half_stays (id integer, x text);
