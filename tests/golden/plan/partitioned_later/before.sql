CREATE TABLE event (id integer GENERATED ALWAYS AS IDENTITY, at date NOT NULL, note varchar(9), gone text, PRIMARY KEY (id));
CREATE TABLE mark (event integer REFERENCES event);
CREATE TABLE whole (id integer, x text) PARTITION BY LIST (id);
CREATE TABLE whole_1 PARTITION OF whole FOR VALUES IN (1);
CREATE TABLE whole_2 PARTITION OF whole DEFAULT;
