BEGIN;
DROP TRIGGER spoil ON public.q;
DROP MATERIALIZED VIEW public.kept;
DROP VIEW public.seen;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT id, x FROM ONLY public.t;
DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    x text
) PARTITION BY RANGE (id);
CREATE VIEW public.seen AS
 SELECT t.id
   FROM public.t;
ALTER TABLE ONLY public.t ATTACH PARTITION public.q DEFAULT;
INSERT INTO public.t (id, x) SELECT id, x FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
CREATE MATERIALIZED VIEW public.kept AS
 SELECT seen.id
   FROM public.seen;
CREATE TRIGGER spoil BEFORE INSERT ON public.q FOR EACH ROW EXECUTE FUNCTION public.spoil();
COMMIT;
