-- setup
CREATE TABLE t (id bigint PRIMARY KEY);
-- file
ALTER TABLE t ADD COLUMN x bool;
UPDATE t SET x = false;
ALTER TABLE t ALTER x SET NOT NULL;
