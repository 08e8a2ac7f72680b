-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
/* squawk-ignore ban-drop-column, renaming-column */
ALTER TABLE orders DROP COLUMN qty;
/*
 * dbmig:nolint DM024 the table is small
 */
CREATE INDEX orders_note ON orders (note);
/* a comment that says nothing */
CREATE INDEX orders_at ON orders (at);
