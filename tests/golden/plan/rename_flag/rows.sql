INSERT INTO customer (nam, m) VALUES ('a', 'sad'), ('b', 'Very Well');
INSERT INTO purchase VALUES (7, 2);
