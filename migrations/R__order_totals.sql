-- Repeatable: runs again whenever this file changes.
CREATE OR REPLACE VIEW order_total AS
SELECT o.id AS order_id, o.customer_id, sum(l.quantity * p.price) AS total
  FROM "order" o
  JOIN order_line l ON l.order_id = o.id
  JOIN product p ON p.id = l.product_id
 GROUP BY o.id, o.customer_id;
