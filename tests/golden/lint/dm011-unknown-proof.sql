-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, note text, qty int, customer_id bigint);
ALTER TABLE orders ADD CONSTRAINT orders_qty CHECK (qty > 0) NOT VALID;
DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID'; END $$;
DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD CONSTRAINT orders_fk FOREIGN KEY (customer_id) REFERENCES orders (id) NOT VALID'; END $$;
-- file
ALTER TABLE orders VALIDATE CONSTRAINT note_there;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT note_there;
-- file
ALTER TABLE orders VALIDATE CONSTRAINT orders_qty;
ALTER TABLE orders ALTER COLUMN qty SET NOT NULL;
-- file
ALTER TABLE orders VALIDATE CONSTRAINT orders_fk;
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
