-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, qty int, note varchar(10));
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
-- file
DO $$ BEGIN
    CREATE INDEX orders_note ON orders (note);
    EXECUTE 'ALTER TABLE ' || quote_ident('orders') || ' ALTER COLUMN qty TYPE bigint';
    EXECUTE 'DROP TABLE ' || quote_ident('customers');
END $$;
