-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
CREATE INDEX -- for the list
    orders_note ON orders (note /* the text */, at DESC)
    WHERE note <> '--  no';
