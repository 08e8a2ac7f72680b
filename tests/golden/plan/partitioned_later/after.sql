CREATE TABLE event (id integer GENERATED ALWAYS AS IDENTITY, at date NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE event_old PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE event_new PARTITION OF event FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
CREATE INDEX event_note ON event (note);
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TRIGGER no BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no();
CREATE TABLE mark (event integer);
CREATE TABLE whole (id integer, x text);
CREATE TABLE whole_2 (id integer, x text);
