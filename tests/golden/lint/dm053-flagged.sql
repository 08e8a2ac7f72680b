-- setup
CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note varchar(50), at timestamp, qty int);
-- file
ALTER TABLE orders ADD COLUMN a_name_that_is_a_good_deal_longer_than_the_sixty_three_bytes_of_postgres int;
ALTER TABLE orders ADD COLUMN y int;
