SELECT 1.5e-3, .5, 1., 1..2, 0x1F, 1_000, 1e--5;
, 2;
SELECT 12abc, 1.e5, 1.5e, 3;
