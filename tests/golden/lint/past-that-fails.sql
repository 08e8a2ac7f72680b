-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES nowhere (id));
-- file
CREATE INDEX orders_customer ON orders (customer_id);
-- file
CREATE TABLE notes (id bigint PRIMARY KEY, note text);
CREATE INDEX notes_note ON notes (note);
