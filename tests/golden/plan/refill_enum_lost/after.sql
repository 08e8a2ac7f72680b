CREATE TYPE mood AS ENUM ('ok', 'happy');
CREATE TABLE t (id integer, m mood, ms mood[], named text) PARTITION BY RANGE (id);
CREATE TABLE t_all PARTITION OF t DEFAULT;
