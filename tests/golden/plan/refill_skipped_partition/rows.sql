INSERT INTO t VALUES (1, 'x'), (2, 'y'); INSERT INTO key_changes VALUES (1);
