BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.t IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.t'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.t has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE t__rows_332b4fbd AS SELECT id, x FROM ONLY public.t;
DROP TABLE public.t;
CREATE TABLE public.t (
    id integer,
    x text NOT NULL,
    CONSTRAINT t_id_key UNIQUE (id),
    CONSTRAINT t_id_check CHECK ((id > 0))
) PARTITION BY RANGE (id);
CREATE TABLE public.t_rest (
    id integer,
    x text NOT NULL,
    CONSTRAINT t_rest_id_key UNIQUE (id),
    CONSTRAINT t_id_check CHECK ((id > 0))
);
ALTER TABLE public.apart ADD CONSTRAINT apart_x_not_null__check CHECK (x IS NOT NULL) NOT VALID;
ALTER TABLE public.q ALTER COLUMN x SET NOT NULL;
ALTER TABLE ONLY public.q ADD CONSTRAINT q_id_key UNIQUE (id);
ALTER TABLE public.q ADD CONSTRAINT t_id_check CHECK ((id > 0));
CREATE INDEX t_x ON ONLY public.t USING btree (x);
CREATE INDEX q_x_idx ON public.q USING btree (x);
CREATE INDEX t_rest_x_idx ON public.t_rest USING btree (x);
ALTER TABLE ONLY public.t ATTACH PARTITION public.q FOR VALUES FROM (10) TO (20);
ALTER TABLE ONLY public.t ATTACH PARTITION public.t_rest DEFAULT;
INSERT INTO public.t (id, x) SELECT id, x FROM pg_temp.t__rows_332b4fbd;
DROP TABLE pg_temp.t__rows_332b4fbd;
ALTER INDEX public.t_x ATTACH PARTITION public.q_x_idx;
ALTER INDEX public.t_x ATTACH PARTITION public.t_rest_x_idx;
ALTER INDEX public.t_id_key ATTACH PARTITION public.q_id_key;
ALTER INDEX public.t_id_key ATTACH PARTITION public.t_rest_id_key;
COMMIT;
BEGIN;
ALTER TABLE public.apart VALIDATE CONSTRAINT apart_x_not_null__check;
COMMIT;
BEGIN;
ALTER TABLE public.apart ALTER COLUMN x SET NOT NULL;
ALTER TABLE public.apart DROP CONSTRAINT apart_x_not_null__check;
COMMIT;
CREATE INDEX CONCURRENTLY apart_x ON public.apart USING btree (x);
