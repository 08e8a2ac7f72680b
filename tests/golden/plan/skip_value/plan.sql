BEGIN;
CREATE VIEW public.ab AS
 SELECT t.id
   FROM public.t
  WHERE (t.plain = 'a'::public.e);
ALTER TABLE ONLY public.t ALTER COLUMN other SET DEFAULT 'x'::public.e;
COMMIT;
