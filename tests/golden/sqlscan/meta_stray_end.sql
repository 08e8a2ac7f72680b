COPY t FROM 'x';
1
\.
