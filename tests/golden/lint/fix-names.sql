-- setup
CREATE SCHEMA app;
CREATE TYPE app."State" AS ENUM ('it''s', 'b');
CREATE TABLE app."Orders" (id bigint PRIMARY KEY, qty int, k date);
CREATE TABLE app.parts (id int, k date) PARTITION BY RANGE (k);
CREATE TABLE app."Part 1" PARTITION OF app.parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX parts_id ON app.parts (id);
-- file
ALTER TABLE app."Orders" SET UNLOGGED;
-- file
ALTER TABLE app."Orders" ADD EXCLUDE USING btree (qty WITH =);
-- file
ALTER TABLE app."Orders" ADD COLUMN "Kind" app."State" NOT NULL;
-- file
ALTER TABLE app."Orders" ADD COLUMN at timestamp(3) with time zone DEFAULT clock_timestamp();
-- file
ALTER TABLE app."Orders" ADD COLUMN long interval(3) DEFAULT random() * interval '1 day',
    ADD COLUMN short interval day to second(2) DEFAULT random() * interval '1 day';
-- file
ALTER TYPE app."State" RENAME VALUE 'b' TO 'b''s';
-- file
CREATE INDEX "Q" -- by quantity
    ON app."Orders" (qty) /* and nothing else */ WHERE qty <> 0;
-- file
DROP INDEX app.parts_id;
-- file
DROP TABLE app."Part 1";
