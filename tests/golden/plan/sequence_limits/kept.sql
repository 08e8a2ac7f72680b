INSERT INTO t (x) VALUES (0);
SELECT max(id) FROM t;
SELECT nextval('within'), nextval('beyond'), nextval('below'), nextval('down'), nextval('turned'), nextval('wider');
INSERT INTO plain DEFAULT VALUES RETURNING id;
