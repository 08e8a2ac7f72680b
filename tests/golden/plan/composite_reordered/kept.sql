SELECT (a).z, (a).y, (l[1]).z, (l[1]).y, l[2] IS NULL, (o).m, (o).n, ((o).c).z, ((o).c).y FROM t;
SELECT (lo[1]).m, (lo[1]).n, ((lo[1]).c).z, ((lo[1]).c).y, (d).z, (d).y FROM t;
SELECT k, (a).z, (a).y, a IS NOT DISTINCT FROM NULL FROM r ORDER BY k;
SELECT (s).one, (s).two, (s).three FROM s;
SELECT a, b, (h).a, (h).b FROM typed, holds;
