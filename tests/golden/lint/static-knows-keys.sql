-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, payer_id bigint, gone_id bigint, half_id bigint, day date NOT NULL, no bigint, UNIQUE (payer_id, id));
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_gone ON orders (gone_id);
CREATE INDEX orders_half ON orders (half_id) WHERE half_id > 0;
CREATE UNIQUE INDEX orders_no ON orders (no, day);
CREATE UNIQUE INDEX orders_day ON orders (day, id);
DROP INDEX orders_gone;
CREATE TABLE likes (LIKE orders INCLUDING ALL);
CREATE TABLE plain (a bigint, b bigint NOT NULL);
CREATE UNIQUE INDEX plain_ab ON plain (a, b);
CREATE TABLE firm (a bigint NOT NULL);
CREATE UNIQUE INDEX firm_a ON firm (a);
CREATE TABLE logs (id bigint, day date) PARTITION BY RANGE (day);
ALTER TABLE orders RENAME TO sales;
ALTER TABLE sales RENAME COLUMN customer_id TO buyer_id;
-- file
ALTER TABLE sales ADD CONSTRAINT sales_buyer FOREIGN KEY (buyer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE sales ADD CONSTRAINT sales_payer FOREIGN KEY (payer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE likes ADD CONSTRAINT likes_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
-- file
ALTER TABLE sales ADD CONSTRAINT sales_gone FOREIGN KEY (gone_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE sales ADD CONSTRAINT sales_half FOREIGN KEY (half_id) REFERENCES customers (id) NOT VALID;
-- file
CREATE TABLE notes (id bigint PRIMARY KEY, sale_id bigint REFERENCES sales (id), note_id bigint REFERENCES notes (id));
CREATE TABLE replies (id bigint PRIMARY KEY, note_id bigint REFERENCES notes (id));
-- file
ALTER TABLE likes ADD COLUMN giver_id bigint REFERENCES customers (id);
-- file
ALTER TABLE plain ADD CONSTRAINT plain_pkey PRIMARY KEY USING INDEX plain_ab;
-- file
ALTER TABLE firm ADD CONSTRAINT firm_pkey PRIMARY KEY USING INDEX firm_a;
-- file
CREATE INDEX CONCURRENTLY logs_id ON logs (id);
