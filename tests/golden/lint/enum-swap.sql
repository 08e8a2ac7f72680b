-- setup
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (id bigint PRIMARY KEY, c e);
-- file
ALTER TYPE e RENAME TO e_old;
CREATE TYPE e AS ENUM ('a', 'b');
ALTER TABLE t ALTER c TYPE e USING c::text::e;
DROP TYPE e_old;
