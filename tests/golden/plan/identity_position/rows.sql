INSERT INTO item (name) SELECT 'x' FROM generate_series(1, 7);
DELETE FROM item WHERE id > 3;
INSERT INTO line (n) VALUES (1), (2);
