BEGIN;
SET check_function_bodies = off;
ALTER TYPE public.mood ADD VALUE 'fine' BEFORE 'ok';
CREATE FUNCTION public.one()
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;
ALTER TABLE public.person ADD COLUMN note text;
RESET check_function_bodies;
COMMIT;
BEGIN;
ALTER TABLE ONLY public.person ALTER COLUMN m SET DEFAULT 'fine'::public.mood;
COMMIT;
