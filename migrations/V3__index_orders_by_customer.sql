-- Concurrently, so that orders can be placed while the index is built: runs outside a transaction.
CREATE INDEX CONCURRENTLY order_customer_id_idx ON "order" (customer_id);
CREATE INDEX CONCURRENTLY order_line_product_id_idx ON order_line (product_id);
