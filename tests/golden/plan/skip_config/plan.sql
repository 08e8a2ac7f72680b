BEGIN;
ALTER TABLE public.line ADD CONSTRAINT line_item_fkey FOREIGN KEY (item) REFERENCES public.item(id);
COMMIT;
