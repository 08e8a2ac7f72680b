BEGIN;
ALTER TYPE public.e ADD VALUE 'b';
COMMIT;
BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'm')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT id, m FROM ONLY public.t;
DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    m public.e
) PARTITION BY LIST (m);
CREATE TABLE public.t_a (
    id integer,
    m public.e
);
CREATE TABLE public.t_b (
    id integer,
    m public.e
);
ALTER TABLE ONLY public.t ATTACH PARTITION public.t_a FOR VALUES IN ('a', NULL);
ALTER TABLE ONLY public.t ATTACH PARTITION public.t_b FOR VALUES IN ('b');
INSERT INTO public.t (id, m) SELECT id, m FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
COMMIT;
