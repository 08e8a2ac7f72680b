INSERT INTO t VALUES (1, 'a'), (11, 'b'); INSERT INTO q VALUES (12, 'c');
