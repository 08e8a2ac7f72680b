-- More than fit into a line are counted; what is in an excluded schema (here: audit) is not told.
CREATE SCHEMA audit;
CREATE ROLE many;
CREATE TABLE audit.a (id integer GENERATED ALWAYS AS IDENTITY);
COMMENT ON SEQUENCE audit.a_id_seq IS 'not wanted';
DO $$ BEGIN
    FOR i IN 1..7 LOOP
        EXECUTE format('CREATE TABLE t%s (id integer GENERATED ALWAYS AS IDENTITY)', i);
        EXECUTE format('COMMENT ON SEQUENCE t%s_id_seq IS ''x''', i);
    END LOOP;
END $$;
CREATE TEMPORARY TABLE t (id integer GENERATED ALWAYS AS IDENTITY);
COMMENT ON SEQUENCE t_id_seq IS 'temporary';
CREATE TABLE parted (id integer PRIMARY KEY CHECK (id > 0), b integer NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parted DEFAULT;
CREATE TABLE child () INHERITS (t1);
