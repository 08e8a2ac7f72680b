COPY t FROM STDIN; /* one
two */
\.
