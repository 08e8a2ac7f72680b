INSERT INTO event (at, note) VALUES ('2023-05-05', 'a'), ('2024-05-05', 'b');
INSERT INTO mark VALUES (2);
INSERT INTO whole VALUES (1, 'one'), (2, 'two');
