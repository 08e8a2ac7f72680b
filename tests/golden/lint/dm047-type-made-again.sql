-- setup
CREATE TYPE pair AS (a int, b int);
CREATE TYPE mood AS ENUM ('good');
CREATE TYPE gone AS ENUM ('x');
-- file
DROP TYPE pair;
CREATE TYPE pair AS (a int, b int, c int);
DROP TYPE public.mood;
CREATE TYPE mood AS ENUM ('good', 'bad');
DROP TYPE gone;
