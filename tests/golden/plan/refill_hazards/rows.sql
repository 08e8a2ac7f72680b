INSERT INTO t VALUES (1, 'x', 1.6, 'abc', 9);
INSERT INTO nothing_common VALUES (1), (2);
