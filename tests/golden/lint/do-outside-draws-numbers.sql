-- setup
CREATE TABLE orders (id serial PRIMARY KEY, at timestamptz);
CREATE TABLE parts (order_id int REFERENCES orders);
CREATE INDEX ON parts (order_id);
CREATE PROCEDURE fill_orders() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders (at) VALUES (now());
    COMMIT;
END $$;
-- file
-- dbmig:txmode none
CALL fill_orders();
INSERT INTO parts VALUES (1);
