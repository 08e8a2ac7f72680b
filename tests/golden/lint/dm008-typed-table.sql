-- setup
CREATE TYPE pair AS (a int, b int);
CREATE TABLE pairs OF pair;
-- file
ALTER TYPE pair ALTER ATTRIBUTE b TYPE text CASCADE;
-- file
CREATE TYPE fresh AS (a int, b int);
CREATE TABLE freshes OF fresh;
ALTER TYPE fresh ALTER ATTRIBUTE b TYPE text CASCADE;
-- file
ALTER TYPE pair ADD ATTRIBUTE c int CASCADE;
