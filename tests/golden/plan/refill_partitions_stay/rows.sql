INSERT INTO t SELECT n, 'row' FROM unnest(ARRAY[1, 2, 11, 21, 22, 31, 51, 61]) AS n;
