-- setup
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file
ALTER TABLE orders ADD COLUMN sum bytea CONSTRAINT orders_sum_len CHECK (octet_length(sum) = 32),
    ADD COLUMN code text CONSTRAINT "Code" UNIQUE;
