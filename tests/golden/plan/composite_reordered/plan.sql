BEGIN;
ALTER TABLE public.typed NOT OF;
DROP VIEW public.v;
-- dbmig:hazard drops attribute public.c.x and its values
ALTER TYPE public.c DROP ATTRIBUTE x;
ALTER DOMAIN public.dc RENAME TO dc__old;
ALTER TYPE public.o RENAME TO o__old;
ALTER TYPE public.row_of RENAME TO row_of__old;
CREATE TYPE public.row_of AS (
    a bigint,
    b text
);
ALTER TYPE public.same RENAME TO same__old;
CREATE TYPE public.same AS (
    one text,
    two text,
    three character varying(20)
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.r IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.r'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('a', 'k')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.r has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE r__rows_f4e3910b AS SELECT a, k FROM ONLY public.r;
DROP TABLE public.r;
ALTER TYPE public.c RENAME TO c__old;
CREATE TYPE public.c AS (
    y bigint,
    z text
);
CREATE DOMAIN public.dc AS public.c
    CONSTRAINT dc_check CHECK (((VALUE).z <> 'no'::text));
CREATE TYPE public.o AS (
    n integer,
    c public.c,
    m character varying(9)
);
CREATE TABLE public.r (
    a public.c,
    k integer
) PARTITION BY LIST (k);
CREATE TABLE public.r_all (
    a public.c,
    k integer
);
-- dbmig:hazard converts column public.holds.h from public.row_of to public.row_of: values may change or the conversion may fail
ALTER TABLE public.holds ALTER COLUMN h TYPE public.row_of USING h::text::public.row_of;
DROP TYPE public.row_of__old;
-- dbmig:hazard converts column public.s.s from public.same to public.same: values may change or the conversion may fail
ALTER TABLE public.s ALTER COLUMN s TYPE public.same USING s::text::public.same;
DROP TYPE public.same__old;
-- dbmig:hazard converts column public.t.a from public.c to public.c: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN a TYPE public.c USING a::text::public.c;
-- dbmig:hazard converts column public.t.l from public.c[] to public.c[]: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN l TYPE public.c[] USING l::text[]::public.c[];
-- dbmig:hazard converts column public.t.o from public.o to public.o: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN o TYPE public.o USING o::text::public.o;
-- dbmig:hazard converts column public.t.lo from public.o[] to public.o[]: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN lo TYPE public.o[] USING lo::text[]::public.o[];
DROP TYPE public.o__old;
ALTER TYPE public.o ADD ATTRIBUTE q text;
-- dbmig:hazard converts column public.t.d from public.dc to public.dc: values may change or the conversion may fail
ALTER TABLE public.t ALTER COLUMN d TYPE public.dc USING d::text::public.dc;
DROP DOMAIN public.dc__old;
ALTER TABLE public.typed ALTER COLUMN a TYPE bigint;
ALTER TABLE ONLY public.r ATTACH PARTITION public.r_all DEFAULT;
-- dbmig:hazard converts column public.r.a from public.c to public.c: values may change or the conversion may fail
INSERT INTO public.r (a, k) SELECT a::text::public.c, k FROM pg_temp.r__rows_f4e3910b;
DROP TABLE pg_temp.r__rows_f4e3910b;
DROP TYPE public.c__old;
ALTER TYPE public.c ADD ATTRIBUTE w text CASCADE;
CREATE TABLE public.new OF public.c;
CREATE VIEW public.v AS
 SELECT (t.a).w AS w,
    (t.o).c AS c
   FROM public.t;
ALTER TABLE public.typed OF public.row_of;
COMMIT;
