INSERT INTO t VALUES (1, ROW(2, 'a b'), ARRAY[ROW(3, 'c')::c, ROW(NULL, 'd,"e')::c], ROW(4, 'ok'));
INSERT INTO u VALUES (ROW(ROW(5, 'f'), 6));
INSERT INTO v VALUES (ROW(7, 'g'));
