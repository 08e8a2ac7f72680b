CREATE TABLE base (id integer, CONSTRAINT old CHECK (id > 0), CONSTRAINT kept CHECK (id < 100));
CREATE TABLE leaves () INHERITS (base);
CREATE TABLE stays (n integer) INHERITS (base);
CREATE TABLE below () INHERITS (stays);
CREATE TABLE own (id integer, CONSTRAINT kept CHECK (id < 100)) INHERITS (base);
CREATE TABLE gone (id integer, CONSTRAINT going CHECK (id > 0));
CREATE TABLE orphan (id integer) INHERITS (gone);
