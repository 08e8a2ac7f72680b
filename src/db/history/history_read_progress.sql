-- Flyway's table with dbmig's side table. A side row counts only while its file is unfinished: Flyway
-- may have repaired and run the file itself.
SELECT h.installed_rank, h.version, h.description, h.type, h.script, h.checksum, h.installed_by,
       h.installed_on, h.execution_time, h.success, p.sha256, p.statements_total,
       p.statements_applied, p.applied_sha256, p.started_statement, p.error, p.tool_version
  FROM :history h
  LEFT JOIN :progress p ON p.installed_rank = h.installed_rank AND p.script = h.script AND NOT h.success
 ORDER BY h.installed_rank
