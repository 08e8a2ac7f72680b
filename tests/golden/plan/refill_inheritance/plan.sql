BEGIN;
ALTER TABLE public.m_new NO INHERIT public.m;
ALTER TABLE public.m_old NO INHERIT public.m;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.m IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.m'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'day')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.m has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE m__rows_9eb4408c AS SELECT id, day FROM ONLY public.m;
DROP TABLE public.m;
CREATE TABLE public.m (
    id integer,
    day date
) PARTITION BY RANGE (day);
CREATE INDEX m_day_idx ON ONLY public.m USING btree (day);
CREATE INDEX m_new_day_idx ON public.m_new USING btree (day);
ALTER TABLE ONLY public.m ATTACH PARTITION public.m_new FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
ALTER TABLE ONLY public.m ATTACH PARTITION public.m_old FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
INSERT INTO public.m (id, day) SELECT id, day FROM pg_temp.m__rows_9eb4408c;
DROP TABLE pg_temp.m__rows_9eb4408c;
ALTER INDEX public.m_day_idx ATTACH PARTITION public.m_new_day_idx;
ALTER INDEX public.m_day_idx ATTACH PARTITION public.m_old_day_idx;
COMMIT;
