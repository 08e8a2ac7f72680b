-- An ordinary schema: keys of every cardinality, a partitioned table, a child table, a view, an enum.
CREATE TYPE order_state AS ENUM ('new', 'paid', 'it''s gone');
CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email character varying(200) NOT NULL UNIQUE,
    created timestamp(6) with time zone DEFAULT now() NOT NULL,
    tags text[]
);
COMMENT ON TABLE customers IS 'Who buys.';
COMMENT ON COLUMN customers.email IS 'Where bills go.';
CREATE TABLE addresses (
    customer_id bigint PRIMARY KEY REFERENCES customers ON DELETE CASCADE,
    street text
);
CREATE TABLE orders (
    id bigint NOT NULL PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    replaces bigint CONSTRAINT replaced_once UNIQUE REFERENCES orders DEFERRABLE INITIALLY DEFERRED,
    state order_state DEFAULT 'new',
    total numeric(10,2) CHECK (total >= 0)
);
CREATE TABLE products (
    shop integer,
    code text,
    name text NOT NULL,
    PRIMARY KEY (shop, code)
);
CREATE TABLE lines (
    order_id bigint REFERENCES orders ON UPDATE CASCADE ON DELETE SET NULL,
    shop integer NOT NULL,
    code text NOT NULL,
    FOREIGN KEY (shop, code) REFERENCES products (shop, code) MATCH FULL
);
CREATE UNIQUE INDEX lines_order ON lines (order_id, shop, code);
CREATE UNIQUE INDEX products_name ON products (name text_pattern_ops);
CREATE INDEX products_lower ON products (lower(name), code DESC) WHERE shop > 0;
CREATE TABLE prices (
    at date NOT NULL,
    shop integer NOT NULL,
    code text NOT NULL,
    price numeric,
    FOREIGN KEY (shop, code) REFERENCES products
) PARTITION BY RANGE (at);
CREATE TABLE prices_2024 PARTITION OF prices FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE wholesale (discount integer) INHERITS (customers);
CREATE VIEW open_orders AS SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'new';
CREATE FUNCTION total_of(customer bigint) RETURNS numeric LANGUAGE sql STABLE
    AS $$ SELECT sum(total) FROM public.orders WHERE customer_id = customer $$;
