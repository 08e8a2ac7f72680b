INSERT INTO kept (m) VALUES ('ok');
