BEGIN;
ALTER TABLE ONLY public.rekeyed DETACH PARTITION public.rekeyed_rest;
LOCK TABLE a.b_c IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE a.b_c_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_ae4b4cd5', last_value || ' ' || is_called, true) FROM a.b_c_id_seq; END$dbmig$;
ALTER SEQUENCE a.b_c_id_seq OWNED BY NONE;
LOCK TABLE a_b.c IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE a_b.c_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_b09a8872', last_value || ' ' || is_called, true) FROM a_b.c_id_seq; END$dbmig$;
ALTER SEQUENCE a_b.c_id_seq OWNED BY NONE;
LOCK TABLE public.narrow IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE public.narrow_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_253a5e81', last_value || ' ' || is_called, true) FROM public.narrow_id_seq; END$dbmig$;
ALTER SEQUENCE public.narrow_id_seq OWNED BY NONE;
LOCK TABLE public.counted IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE public.old_counter CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_10c50d5c', last_value || ' ' || is_called, true) FROM public.old_counter; END$dbmig$;
ALTER SEQUENCE public.old_counter OWNED BY NONE;
LOCK TABLE public.sharing IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE public.shared_counter CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_6e8537b5', last_value || ' ' || is_called, true) FROM public.shared_counter; END$dbmig$;
ALTER SEQUENCE public.shared_counter OWNED BY NONE;
ALTER SEQUENCE public.stays_serial_id_seq OWNED BY NONE;
ALTER TABLE ONLY a.b_c ALTER COLUMN id DROP DEFAULT;
ALTER TABLE ONLY a_b.c ALTER COLUMN id DROP DEFAULT;
ALTER TABLE ONLY public.narrow ALTER COLUMN id DROP DEFAULT;
ALTER TABLE ONLY public.sharing ALTER COLUMN id DROP DEFAULT;
LOCK TABLE ONLY public.rekeyed IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(inhrelid::pg_catalog.regclass::text, ', ') FROM pg_catalog.pg_inherits WHERE inhparent = 'public.rekeyed'::pg_catalog.regclass); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.rekeyed has partitions that are not known here and would be lost: ' || found; END IF; END$dbmig$;
LOCK TABLE public.rekeyed IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE public.rekeyed_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_afdb86b6', last_value || ' ' || is_called, true) FROM public.rekeyed_id_seq; END$dbmig$;
DROP TABLE public.rekeyed;
DROP SEQUENCE a.b_c_id_seq;
DROP SEQUENCE a_b.c_id_seq;
DROP SEQUENCE public.narrow_id_seq;
CREATE SEQUENCE public.new_counter;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY a.part IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'a.part'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'a.part has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE part__rows_eb34f6d3 AS SELECT id, x FROM ONLY a.part;
ALTER SEQUENCE a.part_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_08367888', last_value || ' ' || is_called, true) FROM a.part_id_seq; END$dbmig$;
DROP TABLE a.part;
CREATE TABLE a.part (
    id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    x integer
) PARTITION BY RANGE (id);
DO $dbmig$BEGIN PERFORM pg_catalog.setval('a.part_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_08367888'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_08367888'), ' ', 2)::boolean); END$dbmig$;
CREATE TABLE a.part_all (
    id integer NOT NULL,
    x integer
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY b.part IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'b.part'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'b.part has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE part__rows_f9297ae9 AS SELECT id, x FROM ONLY b.part;
ALTER SEQUENCE b.part_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_f7d390d7', last_value || ' ' || is_called, true) FROM b.part_id_seq; END$dbmig$;
DROP TABLE b.part;
CREATE TABLE b.part (
    id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    x integer
) PARTITION BY RANGE (id);
DO $dbmig$BEGIN PERFORM pg_catalog.setval('b.part_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_f7d390d7'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_f7d390d7'), ' ', 2)::boolean); END$dbmig$;
CREATE TABLE b.part_all (
    id integer NOT NULL,
    x integer
);
CREATE TABLE public.rekeyed (
    id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    x integer
) PARTITION BY RANGE (x);
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.rekeyed_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_afdb86b6'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_afdb86b6'), ' ', 2)::boolean); END$dbmig$;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.stays_serial IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.stays_serial'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.stays_serial has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE stays_serial__rows_7cee013c AS SELECT id, x FROM ONLY public.stays_serial;
DROP TABLE public.stays_serial;
CREATE TABLE public.stays_serial (
    id integer DEFAULT nextval('public.stays_serial_id_seq'::regclass) NOT NULL,
    x integer
) PARTITION BY RANGE (id);
CREATE TABLE public.stays_serial_all (
    id integer DEFAULT nextval('public.stays_serial_id_seq'::regclass) NOT NULL,
    x integer
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.to_identity IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.to_identity'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.to_identity has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE to_identity__rows_39fd1dff AS SELECT id, x FROM ONLY public.to_identity;
ALTER SEQUENCE public.to_identity_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_e1fad9b6', last_value || ' ' || is_called, true) FROM public.to_identity_id_seq; END$dbmig$;
DROP TABLE public.to_identity;
CREATE TABLE public.to_identity (
    id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    x integer
) PARTITION BY RANGE (id);
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.to_identity_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e1fad9b6'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e1fad9b6'), ' ', 2)::boolean); END$dbmig$;
CREATE TABLE public.to_identity_all (
    id integer NOT NULL,
    x integer
);
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.to_serial IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.to_serial'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'x')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.to_serial has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE to_serial__rows_c36386aa AS SELECT id, x FROM ONLY public.to_serial;
ALTER SEQUENCE public.to_serial_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_e09f8e2e', last_value || ' ' || is_called, true) FROM public.to_serial_id_seq; END$dbmig$;
DROP TABLE public.to_serial;
CREATE SEQUENCE public.to_serial_id_seq;
CREATE TABLE public.to_serial (
    id bigint DEFAULT nextval('public.to_serial_id_seq'::regclass) NOT NULL,
    x integer
) PARTITION BY RANGE (id);
CREATE TABLE public.to_serial_all (
    id bigint DEFAULT nextval('public.to_serial_id_seq'::regclass) NOT NULL,
    x integer
);
ALTER TABLE a.b_c ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('a.b_c_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_ae4b4cd5'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_ae4b4cd5'), ' ', 2)::boolean); END$dbmig$;
LOCK TABLE a.t IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE a.t_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_d4e78f21', last_value || ' ' || is_called, true) FROM a.t_id_seq; END$dbmig$;
ALTER TABLE a.t ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE a.t_id_seq AS integer;
ALTER TABLE a_b.c ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('a_b.c_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_b09a8872'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_b09a8872'), ' ', 2)::boolean); END$dbmig$;
LOCK TABLE b.t IN ACCESS EXCLUSIVE MODE;
ALTER SEQUENCE b.t_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_7c69261e', last_value || ' ' || is_called, true) FROM b.t_id_seq; END$dbmig$;
ALTER TABLE b.t ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE b.t_id_seq AS integer;
ALTER TABLE public.narrow ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 100 MINVALUE 100);
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.narrow_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_253a5e81'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_253a5e81'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_253a5e81'), ' ', 1)::bigint BETWEEN 100 AND 2147483647; END$dbmig$;
ALTER TABLE public.sharing ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.sharing_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_6e8537b5'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_6e8537b5'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_6e8537b5'), ' ', 1)::bigint BETWEEN 1 AND 2147483647; END$dbmig$;
ALTER TABLE ONLY a.t ALTER COLUMN id SET DEFAULT nextval('a.t_id_seq'::regclass);
ALTER TABLE ONLY b.t ALTER COLUMN id SET DEFAULT nextval('b.t_id_seq'::regclass);
ALTER TABLE ONLY public.counted ALTER COLUMN id SET DEFAULT nextval('public.new_counter'::regclass);
DROP SEQUENCE public.old_counter;
ALTER SEQUENCE a.t_id_seq OWNED BY a.t.id;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('a.t_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_d4e78f21'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_d4e78f21'), ' ', 2)::boolean); END$dbmig$;
ALTER SEQUENCE b.t_id_seq OWNED BY b.t.id;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('b.t_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_7c69261e'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_7c69261e'), ' ', 2)::boolean); END$dbmig$;
ALTER SEQUENCE public.new_counter OWNED BY public.counted.id;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.new_counter', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_10c50d5c'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_10c50d5c'), ' ', 2)::boolean); END$dbmig$;
ALTER SEQUENCE public.stays_serial_id_seq OWNED BY public.stays_serial.id;
ALTER SEQUENCE public.to_serial_id_seq OWNED BY public.to_serial.id;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.to_serial_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e09f8e2e'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e09f8e2e'), ' ', 2)::boolean); END$dbmig$;
ALTER TABLE ONLY a.part ATTACH PARTITION a.part_all DEFAULT;
INSERT INTO a.part (id, x) OVERRIDING SYSTEM VALUE SELECT id, x FROM pg_temp.part__rows_eb34f6d3;
DROP TABLE pg_temp.part__rows_eb34f6d3;
ALTER TABLE ONLY b.part ATTACH PARTITION b.part_all DEFAULT;
INSERT INTO b.part (id, x) OVERRIDING SYSTEM VALUE SELECT id, x FROM pg_temp.part__rows_f9297ae9;
DROP TABLE pg_temp.part__rows_f9297ae9;
ALTER TABLE ONLY public.rekeyed ATTACH PARTITION public.rekeyed_rest DEFAULT;
ALTER TABLE ONLY public.stays_serial ATTACH PARTITION public.stays_serial_all DEFAULT;
INSERT INTO public.stays_serial (id, x) SELECT id, x FROM pg_temp.stays_serial__rows_7cee013c;
DROP TABLE pg_temp.stays_serial__rows_7cee013c;
ALTER TABLE ONLY public.to_identity ATTACH PARTITION public.to_identity_all DEFAULT;
INSERT INTO public.to_identity (id, x) OVERRIDING SYSTEM VALUE SELECT id, x FROM pg_temp.to_identity__rows_39fd1dff;
DROP TABLE pg_temp.to_identity__rows_39fd1dff;
ALTER TABLE ONLY public.to_serial ATTACH PARTITION public.to_serial_all DEFAULT;
INSERT INTO public.to_serial (id, x) SELECT id, x FROM pg_temp.to_serial__rows_c36386aa;
DROP TABLE pg_temp.to_serial__rows_c36386aa;
COMMIT;
