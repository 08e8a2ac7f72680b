INSERT INTO p VALUES (1, 'x', 2, 'ok', 1.25, '2024-01-02 03:04+00');
INSERT INTO parts VALUES (1, 'a');
INSERT INTO small (n, v) VALUES (3, 'abc');
INSERT INTO conv VALUES ('12', '{1,2}', NULL);
INSERT INTO ser (y) VALUES (1);
