-- setup
CREATE TABLE a (id bigint PRIMARY KEY, one text, two text, three text);
CREATE TABLE b (id bigint PRIMARY KEY);
CREATE TABLE c (id bigint PRIMARY KEY);
-- file
DROP TABLE b; -- dbmig:nolint DM047 nobody has it
DROP TABLE c;
-- file
ALTER TABLE a
    DROP COLUMN one, -- dbmig:nolint DM047 nobody reads it
    DROP COLUMN two,
    DROP COLUMN three;
-- file
DROP TABLE a; /* dbmig:nolint DM047 the last */
