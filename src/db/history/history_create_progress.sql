-- What Flyway's table has no columns for: how far a file is that does not run in one transaction.
CREATE TABLE IF NOT EXISTS :progress (
    installed_rank integer PRIMARY KEY,
    script varchar(1000) NOT NULL,
    sha256 text,
    statements_total integer NOT NULL,
    statements_applied integer NOT NULL,
    applied_sha256 text,
    started_statement integer,
    error text,
    tool_version text
)
