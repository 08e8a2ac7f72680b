-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int, at date);
ALTER TABLE orders ADD CONSTRAINT qty_known CHECK (qty IS NOT NULL);
ALTER TABLE orders ADD CONSTRAINT at_known CHECK (at IS NOT NULL);
ALTER TABLE orders DROP CONSTRAINT qty_known;
-- file
ALTER TABLE orders ALTER COLUMN qty SET NOT NULL;
-- file
ALTER TABLE orders ALTER COLUMN at SET NOT NULL;
