-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, status text, code text CONSTRAINT orders_code_key UNIQUE);
-- file
ALTER TABLE orders DROP CONSTRAINT orders_code_key;
DROP INDEX IF EXISTS orders_code_key;
DROP TRIGGER IF EXISTS touch ON orders;
DROP POLICY IF EXISTS mine ON orders;
DROP TYPE IF EXISTS mood;
ALTER TABLE orders DROP COLUMN IF EXISTS nothing;
-- file
ALTER TABLE orders DROP COLUMN IF EXISTS status;
-- file
DROP INDEX IF EXISTS orders_pkey_old;
DROP TABLE IF EXISTS customers, orders;
