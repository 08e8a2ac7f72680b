SELECT a$b$c; SELECT "a;b""c;"; SELECT żółć$;
CREATE TABLE "begin" ("end" int, "case;" int);
SELECT U&"a;\0062", u&"x""y;", u & 1;
