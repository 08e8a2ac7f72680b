BEGIN;
ALTER SEQUENCE public.below CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_cb1d3cf1', last_value || ' ' || is_called, true) FROM public.below; END$dbmig$;
ALTER SEQUENCE public.below MINVALUE 100 START WITH 150 RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.below', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_cb1d3cf1'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_cb1d3cf1'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_cb1d3cf1'), ' ', 1)::bigint BETWEEN 100 AND 9223372036854775807; END$dbmig$;
ALTER SEQUENCE public.beyond CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_081bc804', last_value || ' ' || is_called, true) FROM public.beyond; END$dbmig$;
-- dbmig:hazard begins sequence public.beyond at 1 again where its position is above 2147483647
ALTER SEQUENCE public.beyond AS integer MINVALUE 1 MAXVALUE 2147483647 RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.beyond', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_081bc804'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_081bc804'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_081bc804'), ' ', 1)::bigint BETWEEN 1 AND 2147483647; END$dbmig$;
ALTER SEQUENCE public.down CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_e466639a', last_value || ' ' || is_called, true) FROM public.down; END$dbmig$;
-- dbmig:hazard begins sequence public.down at -1 again where its position is below -10
ALTER SEQUENCE public.down MINVALUE -10 RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.down', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e466639a'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e466639a'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e466639a'), ' ', 1)::bigint BETWEEN -10 AND -1; END$dbmig$;
ALTER SEQUENCE public.plain_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_89f5acfb', last_value || ' ' || is_called, true) FROM public.plain_id_seq; END$dbmig$;
ALTER SEQUENCE public.plain_id_seq AS integer MINVALUE 1 MAXVALUE 2147483647 RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.plain_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_89f5acfb'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_89f5acfb'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_89f5acfb'), ' ', 1)::bigint BETWEEN 1 AND 2147483647; END$dbmig$;
ALTER SEQUENCE public.turned CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_3d67deda', last_value || ' ' || is_called, true) FROM public.turned; END$dbmig$;
ALTER SEQUENCE public.turned INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.turned', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_3d67deda'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_3d67deda'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_3d67deda'), ' ', 1)::bigint BETWEEN 1 AND 9223372036854775807; END$dbmig$;
ALTER SEQUENCE public.wider AS integer MINVALUE 1 MAXVALUE 2147483647;
ALTER SEQUENCE public.within CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_8a61ad5c', last_value || ' ' || is_called, true) FROM public.within; END$dbmig$;
-- dbmig:hazard begins sequence public.within at 1 again where its position is above 2147483647
ALTER SEQUENCE public.within AS integer MINVALUE 1 MAXVALUE 2147483647 RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.within', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_8a61ad5c'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_8a61ad5c'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_8a61ad5c'), ' ', 1)::bigint BETWEEN 1 AND 2147483647; END$dbmig$;
-- dbmig:hazard drops sequence public.gone_id_seq and its position
ALTER TABLE public.gone ALTER COLUMN id DROP IDENTITY;
ALTER SEQUENCE public.t_id_seq CACHE 1;
DO $dbmig$BEGIN PERFORM pg_catalog.set_config('dbmig.position_e0a1cce1', last_value || ' ' || is_called, true) FROM public.t_id_seq; END$dbmig$;
ALTER TABLE public.t ALTER COLUMN id SET START WITH 1000 SET INCREMENT BY 1 SET MINVALUE 1000 SET MAXVALUE 2147483647 SET CACHE 1 SET NO CYCLE RESTART;
DO $dbmig$BEGIN PERFORM pg_catalog.setval('public.t_id_seq', pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e0a1cce1'), ' ', 1)::bigint, pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e0a1cce1'), ' ', 2)::boolean) WHERE pg_catalog.split_part(pg_catalog.current_setting('dbmig.position_e0a1cce1'), ' ', 1)::bigint BETWEEN 1000 AND 2147483647; END$dbmig$;
COMMIT;
