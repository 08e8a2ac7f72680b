CREATE TYPE e AS ENUM ('a', 'b', 'x');
CREATE TABLE t (id integer, plain e DEFAULT 'b', many e[] DEFAULT '{a,b}', other e DEFAULT 'x', CHECK (other <> 'b'));
CREATE VIEW v AS SELECT id FROM t WHERE plain = 'b';
CREATE VIEW ab AS SELECT id FROM t WHERE plain = 'a';
