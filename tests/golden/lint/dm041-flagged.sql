-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER old_one BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
-- file
CREATE TRIGGER one BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
DROP TRIGGER old_one ON orders;
ALTER TABLE orders DISABLE TRIGGER one;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
