SELECT * FROM t;
SELECT * FROM nothing_common;
