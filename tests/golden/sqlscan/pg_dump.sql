--
-- PostgreSQL database dump
--

\restrict WbzTqEM7vtyQ

-- Dumped from database version 15.14

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

COPY public.t (id, name) FROM stdin;
1	one
\.


SELECT pg_catalog.setval('public.t_id_seq', 1, true);

\unrestrict WbzTqEM7vtyQ

