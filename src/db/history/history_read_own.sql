-- The columns in the order that history.c takes them.
SELECT installed_rank, version, description, type, script, checksum, installed_by, installed_on,
       execution_time, success, sha256, statements_total, statements_applied, applied_sha256,
       started_statement, error, tool_version
  FROM :history
 ORDER BY installed_rank
