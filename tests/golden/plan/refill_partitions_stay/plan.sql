BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
-- dbmig:hazard leaves the rows of public.t_stays, public.t_deep_stays, public.t_half_goes, public.t_half_stays there: public.t will not have them
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT id, x FROM public.t WHERE tableoid NOT IN ('public.t_stays'::pg_catalog.regclass, 'public.t_deep_stays'::pg_catalog.regclass, 'public.t_half_goes'::pg_catalog.regclass, 'public.t_half_stays'::pg_catalog.regclass);
ALTER TABLE ONLY public.t_deep DETACH PARTITION public.t_deep_stays;
ALTER TABLE ONLY public.t DETACH PARTITION public.t_stays;
DROP TABLE public.t_deep_goes;
DROP TABLE public.t_deep;
DROP TABLE public.t_goes;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE public.t_half IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t_half'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t_half has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
-- dbmig:hazard leaves the rows of public.t_half_stays there: public.t_half will not have them
CREATE TEMPORARY TABLE t_half__rows_78add448 AS SELECT id, x FROM public.t_half WHERE tableoid NOT IN ('public.t_half_stays'::pg_catalog.regclass);
ALTER TABLE ONLY public.t_half DETACH PARTITION public.t_half_stays;
DROP TABLE public.t_half_goes;
DROP TABLE public.t_half;
DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    x text
);
INSERT INTO public.t (id, x) SELECT id, x FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
CREATE TABLE public.t_half (
    id integer,
    x text
);
INSERT INTO public.t_half (id, x) SELECT id, x FROM pg_temp.t_half__rows_78add448;
DROP TABLE pg_temp.t_half__rows_78add448;
COMMIT;
