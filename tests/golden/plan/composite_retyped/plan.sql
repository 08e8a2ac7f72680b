BEGIN;
SET check_function_bodies = off;
ALTER TABLE ONLY public.v ALTER COLUMN x DROP DEFAULT;
DROP VIEW public.shown;
DROP FUNCTION public.f(public.c);
ALTER TYPE public.c RENAME TO c__old;
CREATE TYPE public.c AS (
    a integer,
    b text
);
ALTER DOMAIN public.dc RENAME TO dc__old;
CREATE DOMAIN public.dc AS public.c
    CONSTRAINT dc_check CHECK (((VALUE).b <> 'no'::text));
-- dbmig:hazard removes 'sad' from public.mood: the plan fails while a row has it
ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE public.mood AS ENUM (
    'ok'
);
ALTER TYPE public.outer_c RENAME TO outer_c__old;
CREATE TYPE public.outer_c AS (
    inner_c public.c,
    n integer
);
ALTER TYPE public.pair RENAME TO pair__old;
CREATE TYPE public.pair AS (
    a integer,
    m public.mood
);
ALTER TYPE public.unused ALTER ATTRIBUTE a TYPE integer;
CREATE FUNCTION public.f(public.c)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;
-- dbmig:hazard converts column public.t.x from public.c to public.c: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN x TYPE public.c USING x::text::public.c;
-- dbmig:hazard converts column public.t.many from public.c[] to public.c[]: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN many TYPE public.c[] USING many::text[]::public.c[];
-- dbmig:hazard converts column public.t.p from public.pair to public.pair: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN p TYPE public.pair USING p::text::public.pair;
DROP TYPE public.pair__old;
DROP TYPE public.mood__old;
-- dbmig:hazard converts column public.u.o from public.outer_c to public.outer_c: values may change or the conversion may fail
ALTER TABLE public.u ALTER COLUMN o TYPE public.outer_c USING o::text::public.outer_c;
DROP TYPE public.outer_c__old;
-- dbmig:hazard converts column public.v.d from public.dc to public.dc: values may change or the conversion may fail
ALTER TABLE public.v ALTER COLUMN d TYPE public.dc USING d::text::public.dc;
DROP DOMAIN public.dc__old;
-- dbmig:hazard converts column public.v.x from public.c to public.c: values may change or the conversion may fail
ALTER TABLE public.v ALTER COLUMN x TYPE public.c USING x::text::public.c;
DROP TYPE public.c__old;
CREATE VIEW public.shown AS
 SELECT t.id,
    (t.x).a AS a,
    t.p
   FROM public.t;
ALTER TABLE ONLY public.v ALTER COLUMN x SET DEFAULT ROW(1, 'd'::text);
RESET check_function_bodies;
COMMIT;
