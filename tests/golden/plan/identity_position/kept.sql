INSERT INTO item (name) VALUES ('next');
INSERT INTO line (n) VALUES (3);
SELECT max(id), count(*) FROM item;
SELECT max(id), count(*) FROM line;
