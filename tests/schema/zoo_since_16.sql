-- What 16 brought; after zoo_since_15.sql.
CREATE COLLATION zoo.ruled (provider = icu, locale = 'und', rules = '&a < g');
CREATE TABLE zoo.stored (t text STORAGE PLAIN);
