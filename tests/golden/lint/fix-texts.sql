-- setup
CREATE TABLE workers (id bigint PRIMARY KEY, worker_id bigint);
CREATE TABLE "W" (id bigint, other bigint NOT NULL, CONSTRAINT "W_pkey" PRIMARY KEY (id));
CREATE SEQUENCE q;
CREATE TABLE a_table_with_a_name_that_is_quite_long_indeed_so_long (a_column_with_a_long_name_too int, b_column_with_a_long_name_too int, k bigint PRIMARY KEY);
-- file
ALTER TABLE workers ADD COLUMN n bigint NOT NULL DEFAULT nextval('q');
-- file
ALTER TABLE workers ADD COLUMN state int, ADD CONSTRAINT ws UNIQUE (worker_id, state);
-- file
ALTER TABLE "W" DROP CONSTRAINT "W_pkey", ADD CONSTRAINT "W_pkey" PRIMARY KEY (other);
-- file
ALTER TABLE workers DROP CONSTRAINT IF EXISTS pos, ADD CONSTRAINT pos CHECK (worker_id > 0);
-- file
ALTER TABLE a_table_with_a_name_that_is_quite_long_indeed_so_long ALTER a_column_with_a_long_name_too SET NOT NULL;
ALTER TABLE a_table_with_a_name_that_is_quite_long_indeed_so_long ALTER b_column_with_a_long_name_too SET NOT NULL;
