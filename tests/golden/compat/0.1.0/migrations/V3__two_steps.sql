-- dbmig:txmode none
INSERT INTO steps (note) VALUES ('first');
INSERT INTO steps (note) SELECT 'second ' || 1 / value FROM gate;
