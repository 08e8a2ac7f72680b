COPY t FROM STDIN;
ab
cd
xéy
ef
\.
