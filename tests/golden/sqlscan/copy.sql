COPY t FROM STDIN;
1	a;b
2	'
\N	\\.
\.
copy "S"."t;" ("a", b) from stdin with (format csv, delimiter ';'); -- the data; come
1;"x"
\.
COPY public.t FROM stdin WITH DELIMITER ',' NULL '';
\.
SELECT 1;
COPY t FROM STDOUT;
x
\.
COPY stdin FROM stdin;;
\..
 \.
\.
COPY a.from(b) /* c */ FROM/*;*/STDIN;
\.
COPY "from" FROM STDIN USING DELIMITERS '|';
\.
SELECT 2;
