-- setup
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, seller bigint);
CREATE INDEX ON orders (customer);
-- intarray and its like: other meanings for what the catalogs' queries compare.
CREATE FUNCTION never(int2[], int2[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION never(int[], int[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION never(int2vector, int2vector) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION never(name, name) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION never(oid, oid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR = (LEFTARG = int2[], RIGHTARG = int2[], FUNCTION = never);
CREATE OPERATOR = (LEFTARG = int[], RIGHTARG = int[], FUNCTION = never);
CREATE OPERATOR = (LEFTARG = int2vector, RIGHTARG = int2vector, FUNCTION = never);
CREATE OPERATOR && (LEFTARG = int[], RIGHTARG = int[], FUNCTION = never);
CREATE OPERATOR @> (LEFTARG = int[], RIGHTARG = int[], FUNCTION = never);
-- file
ALTER TABLE orders ADD CONSTRAINT customer_fk FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID;
-- file
ALTER TABLE orders ADD CONSTRAINT seller_fk FOREIGN KEY (seller) REFERENCES customers (id) NOT VALID;
-- file
CREATE INDEX CONCURRENTLY again ON orders (customer);
