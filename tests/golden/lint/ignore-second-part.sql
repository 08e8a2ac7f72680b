-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, one text, two text, three text);
-- file
ALTER TABLE orders
    DROP COLUMN IF EXISTS one,
    -- dbmig:nolint DM047 nobody reads it
    DROP COLUMN two;
-- file
ALTER TABLE orders
    /* dbmig:nolint DM047 */ DROP COLUMN IF EXISTS one,
    DROP COLUMN three;
