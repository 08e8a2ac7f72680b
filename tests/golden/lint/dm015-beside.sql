-- setup
CREATE TABLE a (id bigint PRIMARY KEY, x int CONSTRAINT ax CHECK (x > 0));
CREATE TABLE b (id bigint PRIMARY KEY);
CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint CONSTRAINT c_b REFERENCES b);
-- file
DO $$ BEGIN
    ALTER TABLE a DROP CONSTRAINT ax;
    ALTER TABLE b ADD COLUMN y int;
END $$;
-- file
DO $$ BEGIN
    ALTER TABLE a ADD COLUMN y int;
    ALTER TABLE c DROP CONSTRAINT c_b;
END $$;
-- file
DROP TABLE a, b;
