-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, owner_id bigint);
-- file
-- dbmig:txmode none
CREATE POLICY readers ON orders TO role_that_nobody_made USING (true);
CREATE INDEX orders_owner ON orders (owner_id);
