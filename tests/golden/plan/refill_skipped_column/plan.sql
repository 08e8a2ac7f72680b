BEGIN;
CREATE TABLE public.t_all (
    id integer
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.u IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.u'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'b')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.u has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE u__rows_30a71c9e AS SELECT id, b FROM ONLY public.u;
DROP TABLE public.u;
CREATE TABLE public.u (
    id integer,
    b text
) PARTITION BY RANGE (id);
CREATE TABLE public.u_all (
    id integer,
    b text
);
ALTER TABLE ONLY public.u ATTACH PARTITION public.u_all DEFAULT;
INSERT INTO public.u (id, b) SELECT id, b FROM pg_temp.u__rows_30a71c9e;
DROP TABLE pg_temp.u__rows_30a71c9e;
COMMIT;
