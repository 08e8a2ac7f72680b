BEGIN;
ALTER TABLE public.t ALTER COLUMN a TYPE bigint;
ALTER TABLE public.t ALTER COLUMN b TYPE text;
ALTER TABLE public.t ALTER COLUMN c TYPE numeric(10,4);
ALTER TABLE public.t ALTER COLUMN d TYPE timestamp without time zone;
ALTER TABLE public.t ALTER COLUMN e TYPE character varying;
COMMIT;
