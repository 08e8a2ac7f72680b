-- What the server prints otherwise once its own printed text was read again: a database restored from a dump equals its
-- original.
CREATE TABLE ord (id bigint PRIMARY KEY, state varchar(12) CHECK (state IN ('new','paid')), a int, b int, c date, ch char(2) check (ch in ('a','b')), kind varchar not null default 'x');
CREATE INDEX oi ON ord(id) WHERE state IN ('new','paid');
CREATE DOMAIN mood AS varchar(10) CHECK (VALUE IN ('ok','bad'));
ALTER TABLE ord ADD CHECK (a BETWEEN 1 AND 5 AND b > 3), ADD CHECK (b BETWEEN 1 AND 5 OR a > 3 OR c is null), ADD CHECK ((a > 1 OR b > 1) OR (a > 3 AND b>5 AND a <7));
CREATE VIEW v WITH (security_barrier) AS SELECT * FROM ord WHERE state IN ('new','x') AND a BETWEEN 3 AND 8 AND kind NOT IN ('q','r') WITH LOCAL CHECK OPTION;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER tr BEFORE UPDATE ON ord FOR EACH ROW WHEN (old.state IN ('new','paid') AND new.a BETWEEN 1 AND 2 AND new.b > 1) EXECUTE FUNCTION f();
ALTER TABLE ord ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON ord USING (state IN ('new','paid') AND a BETWEEN 1 AND 9 AND b > 4);
-- since 14: CREATE FUNCTION g(s varchar) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT s IN ('a','b') AND 3 BETWEEN 1 AND 4 AND s <> 'x'; END;
CREATE MATERIALIZED VIEW mv AS SELECT id, CASE WHEN state IN ('a','b') THEN 1 END x FROM ord WHERE a = ANY ('{1,2}') AND (b BETWEEN 1 AND 2 AND a > 1);
CREATE RULE r AS ON UPDATE TO v WHERE old.state IN ('a', 'c') DO INSTEAD NOTHING;
-- since 14: CREATE STATISTICS st ON (state IN ('a','b')), a FROM ord;
