SELECT 1 /* a /* b; */ ; */ + 2; -- c; '
SELECT 3 --
;SELECT 4--5;
;SELECT 6 /*/ ; */;
SELECT 7 /**/;SELECT 8 /***/;
SELECT 9 */ 2;
/* lead; */ SELECT 10 -- cr;SELECT 11;
