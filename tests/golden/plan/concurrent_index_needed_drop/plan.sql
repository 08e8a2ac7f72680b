BEGIN;
DROP INDEX public.item_price;
-- dbmig:hazard drops column public.item.price and its values
ALTER TABLE public.item DROP COLUMN price;
COMMIT;
DROP INDEX CONCURRENTLY public.item_name;
