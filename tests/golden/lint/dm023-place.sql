-- file
CREATE TABLE film (
    id integer NOT NULL,
    title text
);
ALTER TABLE film ADD COLUMN language_id integer;
ALTER TABLE film ADD PRIMARY KEY (id);
CREATE TABLE "Actor" (
    "Id" integer PRIMARY KEY
);
ALTER TABLE "Actor" ADD COLUMN name text;
SELECT 1;
CREATE TABLE "Role" (
    name text
);
CREATE INDEX role_name ON "Role" (name);
ALTER TABLE "Role" ADD COLUMN note text;
CREATE INDEX role_again ON "Role" (name);
-- file
CREATE TABLE later (
    "Id" integer
);
ALTER TABLE later ALTER COLUMN "Id" SET NOT NULL;
ALTER TABLE later
    ADD PRIMARY KEY ("Id");
