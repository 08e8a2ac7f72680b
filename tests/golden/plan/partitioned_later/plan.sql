BEGIN;
SET check_function_bodies = off;
ALTER TABLE public.mark DROP CONSTRAINT mark_event_fkey;
CREATE FUNCTION public.no()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE 'no'; END $function$;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.event IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.event'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'at', 'note', 'gone')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.event has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE event__rows_affb1e6c AS SELECT id, at, note FROM ONLY public.event;
ALTER SEQUENCE public.event_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_943db992', last_value || ' ' || is_called, true) FROM public.event_id_seq; END$dbmig$;
DROP TABLE public.event;
CREATE TABLE public.event (
    id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    at date NOT NULL,
    note text,
    CONSTRAINT event_pkey PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.event_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_943db992'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_943db992'), ' ', 2)::boolean); END$dbmig$;
CREATE TABLE public.event_new (
    id integer NOT NULL,
    at date NOT NULL,
    note text,
    CONSTRAINT event_new_pkey PRIMARY KEY (id, at)
);
CREATE TABLE public.event_old (
    id integer NOT NULL,
    at date NOT NULL,
    note text,
    CONSTRAINT event_old_pkey PRIMARY KEY (id, at)
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE public.whole IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.whole'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.whole has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
-- dbmig:hazard leaves the rows of public.whole_2 there: public.whole will not have them
CREATE TEMPORARY TABLE whole__rows_af650e4e AS SELECT id, x FROM public.whole WHERE tableoid NOT IN ('public.whole_2'::pg_catalog.regclass);
ALTER TABLE ONLY public.whole DETACH PARTITION public.whole_2;
DROP TABLE public.whole_1;
DROP TABLE public.whole;
CREATE TABLE public.whole (
    id integer,
    x text
);
INSERT INTO public.whole (id, x) SELECT id, x FROM pg_temp.whole__rows_af650e4e;
DROP TABLE pg_temp.whole__rows_af650e4e;
CREATE INDEX event_note ON ONLY public.event USING btree (note);
CREATE INDEX event_new_note_idx ON public.event_new USING btree (note);
CREATE INDEX event_old_note_idx ON public.event_old USING btree (note);
ALTER TABLE ONLY public.event ATTACH PARTITION public.event_new FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
ALTER TABLE ONLY public.event ATTACH PARTITION public.event_old FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
-- dbmig:hazard drops column public.event.gone and its values
INSERT INTO public.event (id, at, note) OVERRIDING SYSTEM VALUE SELECT id, at, note FROM pg_temp.event__rows_affb1e6c;
DROP TABLE pg_temp.event__rows_affb1e6c;
ALTER INDEX public.event_pkey ATTACH PARTITION public.event_new_pkey;
ALTER INDEX public.event_pkey ATTACH PARTITION public.event_old_pkey;
ALTER INDEX public.event_note ATTACH PARTITION public.event_new_note_idx;
ALTER INDEX public.event_note ATTACH PARTITION public.event_old_note_idx;
CREATE TRIGGER no BEFORE INSERT ON public.event FOR EACH ROW EXECUTE FUNCTION public.no();
RESET check_function_bodies;
COMMIT;
