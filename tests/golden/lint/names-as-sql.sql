-- setup
CREATE SCHEMA "Sales";
CREATE TABLE "Sales"."Order" (id bigint PRIMARY KEY, "userId" bigint) PARTITION BY RANGE (id);
CREATE TABLE "Sales"."Order1" PARTITION OF "Sales"."Order" FOR VALUES FROM (0) TO (100);
CREATE TABLE "Sales"."User" (id bigint PRIMARY KEY, "Name" text);
CREATE INDEX "User_Name" ON "Sales"."User" ("Name");
CREATE TABLE "Sales"."Item" (id bigint PRIMARY KEY, "userId" bigint REFERENCES "Sales"."User");
-- file
DROP TABLE "Sales"."Order1";
DROP INDEX "Sales"."User_Name";
ALTER TABLE "Sales"."Item" ADD CONSTRAINT "Fk" FOREIGN KEY ("userId") REFERENCES "Sales"."User" NOT VALID;
ALTER TABLE "Sales"."Item" ALTER "userId" TYPE integer;
TRUNCATE "Sales"."User" CASCADE;
CREATE TABLE "Sales"."Note" ("Text" text);
CREATE INDEX "Note1" ON "Sales"."Note" ("Text");
CREATE INDEX "Note2" ON "Sales"."Note" ("Text");
