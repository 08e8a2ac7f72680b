SELECT 't', id FROM t UNION ALL SELECT 't_stays', id FROM t_stays UNION ALL SELECT 't_deep_stays', id FROM t_deep_stays
 UNION ALL SELECT 't_half', id FROM t_half UNION ALL SELECT 't_half_stays', id FROM t_half_stays ORDER BY 2;
