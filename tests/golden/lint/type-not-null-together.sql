-- setup
CREATE TABLE s (id bigint PRIMARY KEY, m jsonb);
INSERT INTO s SELECT g, '{}' FROM generate_series(1, 10) g;
-- file
ALTER TABLE s ALTER m TYPE jsonb, ALTER m SET NOT NULL;
