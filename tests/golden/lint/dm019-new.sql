-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
CREATE TABLE bare (id bigint NOT NULL, v int);
CREATE UNIQUE INDEX bare_v ON bare (v);
CREATE UNIQUE INDEX bare_id ON bare (id);
-- file
CREATE TABLE u (id bigint);
CREATE UNIQUE INDEX u_id ON u (id);
ALTER TABLE u ADD CONSTRAINT u_pkey PRIMARY KEY USING INDEX u_id;
