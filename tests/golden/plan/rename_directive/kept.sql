INSERT INTO client (name) VALUES ('c');
SELECT c.*, p.* FROM client c LEFT JOIN purchase p ON p.client = c.id ORDER BY 1;
