INSERT INTO t (x) SELECT generate_series(1, 5000);
INSERT INTO gone DEFAULT VALUES;
SELECT setval('within', 77), setval('beyond', 3000000000), setval('below', 5), setval('down', -50),
       setval('turned', -2), setval('wider', 7, false);
INSERT INTO plain SELECT nextval('plain_id_seq') FROM generate_series(1, 9);
