BEGIN;
ALTER TYPE public.mood RENAME TO feel;
ALTER TYPE public."odd (x, y" RENAME TO plain;
ALTER TABLE old.person RENAME TO human;
ALTER FUNCTION public.f(public.feel, public.plain[], integer) RENAME TO g;
ALTER PROCEDURE public.p(public.feel) RENAME TO q;
ALTER SCHEMA old RENAME TO fresh;
ALTER FUNCTION public.moved(fresh.human, public.feel) SET SCHEMA fresh;
COMMIT;
