BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('a', 'b', 'c')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT a, c FROM ONLY public.t;
DROP TABLE public.t;
CREATE TABLE public.t (
    a integer,
    c bigint
) PARTITION BY LIST (a);
CREATE TABLE public.t_all (
    a integer,
    c bigint
);
ALTER TABLE ONLY public.t ATTACH PARTITION public.t_all DEFAULT;
-- dbmig:hazard drops column public.t.b and its values
INSERT INTO public.t (a, c) SELECT a, c FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
COMMIT;
