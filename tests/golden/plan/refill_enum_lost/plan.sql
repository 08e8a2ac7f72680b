BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'm', 'ms', 'g', 'named')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT id, m, ms, named FROM ONLY public.t;
DROP TABLE public.t;
-- dbmig:hazard removes 'x' from public.gone: the plan fails while a row has it
ALTER TYPE public.gone RENAME TO gone__old;
-- dbmig:hazard removes 'sad' from public.mood: the plan fails while a row has it
ALTER TYPE public.mood RENAME TO mood__old;
CREATE TYPE public.mood AS ENUM (
    'ok',
    'happy'
);
CREATE TABLE public.t (
    id integer,
    m public.mood,
    ms public.mood[],
    named text
) PARTITION BY RANGE (id);
CREATE TABLE public.t_all (
    id integer,
    m public.mood,
    ms public.mood[],
    named text
);
ALTER TABLE ONLY public.t ATTACH PARTITION public.t_all DEFAULT;
-- dbmig:hazard drops column public.t.g and its values; converts column public.t.m from public.mood to public.mood: values may change or the conversion may fail; converts column public.t.ms from public.mood[] to public.mood[]: values may change or the conversion may fail; converts column public.t.named from public.gone to text: values may change or the conversion may fail
INSERT INTO public.t (id, m, ms, named) SELECT id, m::text::public.mood, ms::text[]::public.mood[], named::text::text FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
DROP TYPE public.gone__old;
DROP TYPE public.mood__old;
COMMIT;
