INSERT INTO t VALUES (ROW('x', 1, 'z'), ARRAY[ROW('x2', 2, 'z2')::c, NULL], ROW(5, ROW('x3', 3, 'z3'), 'm'),
    ARRAY[ROW(6, ROW('x4', 4, 'z4'), 'm2')::o], ROW('x5', 5, 'z5')::c);
INSERT INTO r VALUES (ROW('x', 1, 'z'), 1), (NULL, 2), (ROW(NULL, NULL, NULL), 3);
INSERT INTO s VALUES (ROW('1', '2', '3'));
INSERT INTO typed VALUES (1, 'b');
INSERT INTO holds VALUES (ROW(2, 'b'));
