-- setup
CREATE TABLE orders (id bigint PRIMARY KEY);
-- file
REINDEX TABLE pg_catalog.pg_class;
