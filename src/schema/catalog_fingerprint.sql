-- Changes whenever DDL was committed in between: the count and the sum of the rows' xmin of each
-- catalog that a snapshot reads. The pg_get_…def() functions see later states than the transaction's
-- snapshot does.
SELECT concat_ws(',',
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_namespace),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_class WHERE relkind <> 't' AND relpersistence <> 't'),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_constraint),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_proc),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_type),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_rewrite),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_trigger),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_policy),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_attrdef),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_enum),
    (SELECT count(*) || ':' || sum(xmin::text::bigint) FROM pg_description))
