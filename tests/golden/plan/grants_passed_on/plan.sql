BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL row_security = off;
LOCK TABLE ONLY public.anew IN ACCESS EXCLUSIVE MODE;
DO $dbmig$DECLARE found text := (SELECT pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute WHERE attrelid = 'public.anew'::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('a')); BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = 'public.anew has columns that are not known here and would be lost: ' || found; END IF; END$dbmig$;
CREATE TEMPORARY TABLE anew__rows_34c47c9f AS SELECT a FROM ONLY public.anew;
DROP TABLE public.anew;
CREATE TABLE public.anew (
    a integer
) PARTITION BY LIST (a);
GRANT SELECT ON TABLE public.anew TO pg_signal_backend WITH GRANT OPTION;
SET SESSION AUTHORIZATION pg_signal_backend;
GRANT SELECT ON TABLE public.anew TO pg_write_all_data;
RESET SESSION AUTHORIZATION;
INSERT INTO public.anew (a) SELECT a FROM pg_temp.anew__rows_34c47c9f;
DROP TABLE pg_temp.anew__rows_34c47c9f;
GRANT SELECT, UPDATE ON TABLE public.comes TO pg_signal_backend WITH GRANT OPTION;
SET SESSION AUTHORIZATION pg_signal_backend;
GRANT SELECT, UPDATE ON TABLE public.comes TO pg_write_all_data WITH GRANT OPTION;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION pg_write_all_data;
GRANT SELECT ON TABLE public.comes TO PUBLIC;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION pg_write_all_data;
-- dbmig:hazard revokes SELECT on TABLE public.goes from PUBLIC
REVOKE SELECT ON TABLE public.goes FROM PUBLIC;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION pg_signal_backend;
-- dbmig:hazard revokes SELECT, UPDATE on TABLE public.goes from pg_write_all_data
REVOKE SELECT, UPDATE ON TABLE public.goes FROM pg_write_all_data;
RESET SESSION AUTHORIZATION;
-- dbmig:hazard revokes SELECT, UPDATE on TABLE public.goes from pg_signal_backend
REVOKE SELECT, UPDATE ON TABLE public.goes FROM pg_signal_backend;
SET SESSION AUTHORIZATION pg_signal_backend;
-- dbmig:hazard revokes SELECT on TABLE public.less from pg_write_all_data
REVOKE SELECT ON TABLE public.less FROM pg_write_all_data;
RESET SESSION AUTHORIZATION;
-- dbmig:hazard takes the right to grant SELECT on TABLE public.less from pg_signal_backend
REVOKE GRANT OPTION FOR SELECT ON TABLE public.less FROM pg_signal_backend;
COMMIT;
