BEGIN;
ALTER TABLE public.customer RENAME COLUMN nam TO name;
ALTER TABLE public.purchase RENAME COLUMN customer TO client;
ALTER TYPE public.mood RENAME VALUE 'sad' TO 'unhappy';
ALTER TYPE public.mood RENAME VALUE 'Very Well' TO 'Very Good';
ALTER TABLE public.customer RENAME TO client;
ALTER FUNCTION public.twice(integer) RENAME TO doubled;
ALTER TABLE public.client RENAME CONSTRAINT customer_nam_check TO client_name_check;
ALTER TABLE public.client RENAME CONSTRAINT customer_nam_key TO client_name_key;
ALTER TABLE public.client RENAME CONSTRAINT customer_pkey TO client_pkey;
ALTER TABLE public.purchase RENAME CONSTRAINT purchase_customer_fkey TO purchase_client_fkey;
ALTER SEQUENCE public.customer_id_seq RENAME TO client_id_seq;
ALTER INDEX public.customer_m_idx RENAME TO client_m_idx;
DROP VIEW public.shown;
ALTER SEQUENCE public.customer_n_seq RENAME TO client_n_seq;
ALTER TABLE public.purchase ADD COLUMN note text;
CREATE VIEW public.shown AS
 SELECT client.id,
    client.name
   FROM public.client;
COMMIT;
