-- options: --rule opt-in=info --rule DM051=off --rule DM055=off --rule DM035=off
-- setup
CREATE TABLE orders (id bigint PRIMARY KEY, note text);
CREATE VIEW notes AS SELECT note FROM orders;
-- file
CREATE TABLE copy AS SELECT 1 AS id;
CREATE VIEW more AS SELECT note FROM public.orders;
ALTER TABLE orders RENAME COLUMN note TO remark;
TRUNCATE orders;
DROP VIEW notes, public.more;
DROP TABLE orders;
CREATE TEMP TABLE mine (id bigint PRIMARY KEY);
