-- What 18 brought; after zoo_since_17.sql.
CREATE TABLE zoo.virtual (a integer CONSTRAINT a_there NOT NULL, b integer GENERATED ALWAYS AS (a * 2), c integer);
ALTER TABLE zoo.virtual ADD CONSTRAINT c_there NOT NULL c NOT VALID;
ALTER TABLE zoo.virtual ADD CONSTRAINT unenforced CHECK (a > 0) NOT ENFORCED;
CREATE TABLE zoo.periods (id int4range, during tstzrange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE zoo.within (id int4range, during tstzrange, FOREIGN KEY (id, PERIOD during) REFERENCES zoo.periods (id, PERIOD during));
CREATE TABLE zoo.pk (a integer PRIMARY KEY);
CREATE TABLE zoo.loosely (a integer REFERENCES zoo.pk NOT ENFORCED);
