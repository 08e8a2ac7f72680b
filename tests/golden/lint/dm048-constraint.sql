-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
ALTER TABLE orders ADD CONSTRAINT qty_positive CHECK (qty > 0), ADD CONSTRAINT one_note UNIQUE (note),
    ADD CONSTRAINT at_known CHECK (at IS NOT NULL);
-- file
ALTER TABLE orders DROP CONSTRAINT one_note;
-- file
ALTER TABLE orders DROP CONSTRAINT qty_positive, ADD CONSTRAINT qty_positive CHECK (qty >= 0) NOT VALID;
-- file
ALTER TABLE orders ALTER COLUMN at SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT at_known;
