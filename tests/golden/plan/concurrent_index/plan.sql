BEGIN;
CREATE TABLE public.fresh (
    id integer
);
CREATE TABLE public.parts (
    id integer
) PARTITION BY RANGE (id);
ALTER TABLE public.item ADD COLUMN note text;
CREATE INDEX fresh_id ON public.fresh USING btree (id);
CREATE INDEX parts_id ON ONLY public.parts USING btree (id);
COMMIT;
DROP INDEX CONCURRENTLY public.item_price;
CREATE UNIQUE INDEX CONCURRENTLY "Item Name__new" ON public.item USING btree (lower(name)) WHERE (name <> 'x INDEX y'::text);
DROP INDEX CONCURRENTLY public."Item Name";
ALTER INDEX public."Item Name__new" RENAME TO "Item Name";
CREATE INDEX CONCURRENTLY item_note ON public.item USING btree (note);
COMMENT ON INDEX public.item_note IS 'for search';
