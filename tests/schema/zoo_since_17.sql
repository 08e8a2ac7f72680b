-- What 17 brought; after zoo_since_16.sql.
CREATE COLLATION zoo.builtin (provider = builtin, locale = 'C.UTF-8');
GRANT MAINTAIN ON zoo.base TO "zoo visitor";
CREATE TABLE zoo.numbered (id integer GENERATED ALWAYS AS IDENTITY, k integer NOT NULL) PARTITION BY LIST (k);
CREATE TABLE zoo.numbered_1 PARTITION OF zoo.numbered FOR VALUES IN (1);
