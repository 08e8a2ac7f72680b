CREATE TABLE base (id integer, CONSTRAINT kept CHECK (id < 1000));
ALTER TABLE base ADD CONSTRAINT late CHECK (id <> 5) NOT VALID;
CREATE TABLE leaves (id integer);
CREATE TABLE stays (n integer) INHERITS (base);
CREATE TABLE below () INHERITS (stays);
CREATE TABLE own (id integer, CONSTRAINT kept CHECK (id < 1000)) INHERITS (base);
CREATE TABLE fresh () INHERITS (base);
CREATE TABLE orphan (id integer);
