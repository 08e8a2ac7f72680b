CREATE TABLE t (a int) WITH (fillfactor = 70, autovacuum_enabled = off); CREATE VIEW v WITH (security_barrier, check_option = local) AS SELECT a FROM t;
