BEGIN;
-- dbmig:hazard drops table public.old and its rows
DROP TABLE public.old;
CREATE TABLE public.new (
    id integer NOT NULL,
    item integer DEFAULT 1,
    name text,
    CONSTRAINT new_pkey PRIMARY KEY (id),
    CONSTRAINT new_name_key UNIQUE (name),
    CONSTRAINT new_name_check CHECK ((name <> ''::text))
);
CREATE INDEX new_item ON public.new USING btree (item);
ALTER TABLE public.new ADD CONSTRAINT new_item_fkey FOREIGN KEY (item) REFERENCES public.item(id);
COMMIT;
