CREATE TABLE customer_addresses_long (customer_shipping_address_line_1 text NOT NULL, customer_shipping_address_line_2 text NOT NULL);
CREATE TABLE t (c text NOT NULL, CONSTRAINT t_c_not_null__check CHECK (c <> ''));
