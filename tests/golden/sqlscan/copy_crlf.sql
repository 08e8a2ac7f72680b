COPY t FROM STDIN; -- rest
1	a
\.x
\.
SELECT 1;
