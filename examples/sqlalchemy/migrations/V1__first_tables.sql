-- first tables
CREATE TYPE public.order_state AS ENUM (
    'open',
    'paid',
    'shipped'
);
CREATE SEQUENCE public.customers_id_seq AS integer;
CREATE SEQUENCE public.orders_id_seq AS integer;
CREATE TABLE public.customers (
    id integer DEFAULT nextval('public.customers_id_seq'::regclass) NOT NULL,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT customers_pkey PRIMARY KEY (id),
    CONSTRAINT customers_email_key UNIQUE (email)
);
CREATE TABLE public.orders (
    id integer DEFAULT nextval('public.orders_id_seq'::regclass) NOT NULL,
    customer_id integer NOT NULL,
    state public.order_state DEFAULT 'open'::public.order_state NOT NULL,
    total numeric(12,2) NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_total_check CHECK ((total >= (0)::numeric))
);
ALTER SEQUENCE public.customers_id_seq OWNED BY public.customers.id;
ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;
CREATE INDEX orders_customer_id_state_idx ON public.orders USING btree (customer_id, state);
ALTER TABLE public.orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id) ON DELETE CASCADE;
