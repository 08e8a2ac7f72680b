INSERT INTO fresh.a (y) VALUES (0) RETURNING id;
INSERT INTO fresh.b (x) VALUES (0) RETURNING id;
INSERT INTO "c.c" DEFAULT VALUES RETURNING id;
INSERT INTO one DEFAULT VALUES RETURNING id;
INSERT INTO two DEFAULT VALUES RETURNING id;
SELECT pg_get_serial_sequence('fresh.a', 'id'), pg_get_serial_sequence('fresh.b', 'id'), pg_get_serial_sequence('"c.c"', 'id');
