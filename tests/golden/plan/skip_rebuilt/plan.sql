BEGIN;
SET check_function_bodies = off;
ALTER TABLE ONLY public.t ALTER COLUMN m DROP DEFAULT;
DROP FUNCTION public.f(public.v);
DROP VIEW public.v;
-- dbmig:hazard removes 'sad' from public.mood: the plan fails while a row has it
ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE public.mood AS ENUM (
    'ok'
);
ALTER TABLE public.t ALTER COLUMN id TYPE bigint;
-- dbmig:hazard converts column public.t.m from public.mood to public.mood: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN m TYPE public.mood USING m::text::public.mood;
DROP TYPE public.mood__old;
CREATE VIEW public.v AS
 SELECT t.id
   FROM public.t;
CREATE FUNCTION public.f(x public.v)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;
ALTER TABLE ONLY public.t ALTER COLUMN m SET DEFAULT 'ok'::public.mood;
RESET check_function_bodies;
COMMIT;
