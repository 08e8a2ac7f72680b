INSERT INTO t VALUES (1, 'ok', '{ok,happy}', 'x', 'x'), (2, NULL, NULL, NULL, NULL);
