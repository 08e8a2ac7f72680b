BEGIN;
ALTER TABLE public.other DROP CONSTRAINT other_kept_fkey;
DROP VIEW public.v;
-- dbmig:hazard drops column public.other.gone and its values
ALTER TABLE public.other DROP COLUMN gone;
ALTER TABLE public.other ADD COLUMN extra text;
COMMIT;
