BEGIN;
CREATE TABLE public.extra (
    id integer NOT NULL,
    line bigint NOT NULL,
    CONSTRAINT extra_pkey PRIMARY KEY (id),
    CONSTRAINT extra_line_check CHECK ((line > 0))
);
ALTER TABLE public.item ADD CONSTRAINT item_id_not_null__check CHECK (id IS NOT NULL) NOT VALID;
ALTER TABLE public.item ADD CONSTRAINT item_name_not_null__check CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE public.line ADD CONSTRAINT line_id_not_null__check CHECK (id IS NOT NULL) NOT VALID;
ALTER TABLE public.item ADD CONSTRAINT item_price_check CHECK ((price > 0)) NOT VALID;
COMMIT;
CREATE INDEX CONCURRENTLY line_n ON public.line USING btree (n);
BEGIN;
ALTER TABLE public.item VALIDATE CONSTRAINT item_id_not_null__check;
ALTER TABLE public.item VALIDATE CONSTRAINT item_name_not_null__check;
ALTER TABLE public.line VALIDATE CONSTRAINT line_id_not_null__check;
ALTER TABLE public.item VALIDATE CONSTRAINT item_price_check;
COMMIT;
BEGIN;
ALTER TABLE public.item ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.item DROP CONSTRAINT item_id_not_null__check;
ALTER TABLE public.item ALTER COLUMN name SET NOT NULL;
ALTER TABLE public.item DROP CONSTRAINT item_name_not_null__check;
ALTER TABLE public.line ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.line DROP CONSTRAINT line_id_not_null__check;
COMMIT;
CREATE UNIQUE INDEX CONCURRENTLY item_pkey ON public.item (id);
CREATE UNIQUE INDEX CONCURRENTLY line_once ON public.line (item, n) INCLUDE (id) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX CONCURRENTLY line_pkey ON public.line (id);
BEGIN;
ALTER TABLE public.item ADD CONSTRAINT item_pkey PRIMARY KEY USING INDEX item_pkey;
ALTER TABLE public.line ADD CONSTRAINT line_once UNIQUE USING INDEX line_once DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE public.line ADD CONSTRAINT line_pkey PRIMARY KEY USING INDEX line_pkey;
ALTER TABLE public.extra ADD CONSTRAINT extra_line_fkey FOREIGN KEY (line) REFERENCES public.line(id);
ALTER TABLE public.line ADD CONSTRAINT line_item_fkey FOREIGN KEY (item) REFERENCES public.item(id) NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE public.line VALIDATE CONSTRAINT line_item_fkey;
COMMIT;
