SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.dbmig_progress (
    installed_rank integer NOT NULL,
    script character varying(1000) NOT NULL,
    sha256 text,
    statements_total integer NOT NULL,
    statements_applied integer NOT NULL,
    applied_sha256 text,
    started_statement integer,
    error text,
    tool_version text
);
CREATE TABLE public.flyway_schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
CREATE TABLE public.gate (
    value integer NOT NULL
);
CREATE TABLE public.steps (
    id bigint NOT NULL,
    note text NOT NULL
);
ALTER TABLE public.steps ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.steps_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO public.dbmig_progress VALUES (3, 'V3__two_steps.sql', '7f29745996477a529004cddeed12a3f62c341ea83895abb76961a8e3eb6acca2', 2, 1, 'b0cdff0faa112922354dc3610253e8dd536afd454db092e91c3de3bd8e2b776e', NULL, 'division by zero', '0.1.0');
INSERT INTO public.flyway_schema_history VALUES (1, '1', 'tables', 'SQL', 'V1__tables.sql', -1429306648, 'postgres', '2026-11-30 12:16:33.84996', 4, true);
INSERT INTO public.flyway_schema_history VALUES (2, '2', 'index', 'SQL', 'V2__index.sql', 1147554184, 'postgres', '2026-11-30 12:16:33.978543', 104, true);
INSERT INTO public.flyway_schema_history VALUES (3, '3', 'two steps', 'SQL', 'V3__two_steps.sql', 1578813149, 'postgres', '2026-11-30 12:16:33.985692', 17, false);
INSERT INTO public.gate VALUES (0);
INSERT INTO public.steps OVERRIDING SYSTEM VALUE VALUES (1, 'first');
SELECT pg_catalog.setval('public.steps_id_seq', 2, true);
ALTER TABLE ONLY public.dbmig_progress
    ADD CONSTRAINT dbmig_progress_pkey PRIMARY KEY (installed_rank);
ALTER TABLE ONLY public.flyway_schema_history
    ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);
ALTER TABLE ONLY public.steps
    ADD CONSTRAINT steps_pkey PRIMARY KEY (id);
CREATE INDEX flyway_schema_history_s_idx ON public.flyway_schema_history USING btree (success);
CREATE INDEX steps_note ON public.steps USING btree (note);
