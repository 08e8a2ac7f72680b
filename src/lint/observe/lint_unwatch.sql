-- Takes what lint_watch.sql made away again. The files' own event triggers have no say in that.
SET session_replication_role = replica;
SET client_min_messages = error;
DROP EVENT TRIGGER IF EXISTS dbmig_lint_rewrite, dbmig_lint_end, dbmig_lint_drop;
DROP SCHEMA IF EXISTS dbmig_lint CASCADE;
RESET client_min_messages;
RESET session_replication_role;
