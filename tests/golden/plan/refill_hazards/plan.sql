BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.nothing_common IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.nothing_common'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('a')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.nothing_common has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE nothing_common__rows_b08a86ed AS SELECT FROM ONLY public.nothing_common;
DROP TABLE public.nothing_common;
CREATE TABLE public.nothing_common (
    b integer DEFAULT 7
) PARTITION BY RANGE (b);
CREATE TABLE public.nothing_common_all (
    b integer DEFAULT 7
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'b', 'c', 'd', 'e')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT id, c, d FROM ONLY public.t;
DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    c integer,
    d character varying(3),
    e integer GENERATED ALWAYS AS ((id * 2)) STORED
) PARTITION BY RANGE (id);
CREATE TABLE public.t_all (
    id integer,
    c integer,
    d character varying(3),
    e integer GENERATED ALWAYS AS ((id * 2)) STORED
);
ALTER TABLE ONLY public.nothing_common ATTACH PARTITION public.nothing_common_all DEFAULT;
-- dbmig:hazard drops column public.nothing_common.a and its values
INSERT INTO public.nothing_common SELECT FROM pg_temp.nothing_common__rows_b08a86ed;
DROP TABLE pg_temp.nothing_common__rows_b08a86ed;
ALTER TABLE ONLY public.t ATTACH PARTITION public.t_all DEFAULT;
-- dbmig:hazard drops column public.t.b and its values; drops column public.t.e and its values; converts column public.t.c from numeric to integer: values may change or the conversion may fail; converts column public.t.d from text to character varying(3): values may change or the conversion may fail
INSERT INTO public.t (id, c, d) SELECT id, c, d FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
COMMIT;
