CREATE TABLE customer_addresses_long (customer_shipping_address_line_1 text, customer_shipping_address_line_2 text);
CREATE TABLE t (c text, CONSTRAINT t_c_not_null__check CHECK (c <> ''));
