CREATE TABLE t (a int) WITH (autovacuum_enabled = off, fillfactor = 70); CREATE VIEW v WITH (check_option = local, security_barrier) AS SELECT a FROM t;
