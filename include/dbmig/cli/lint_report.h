/* What `lint` and `check` tell of the locks and the tables of a change. */
#ifndef DBMIG_CLI_LINT_REPORT_H
#define DBMIG_CLI_LINT_REPORT_H

#include "dbmig/cli/command.h"
#include "dbmig/lint/lint.h"

/* True when the format that was asked for shows the change as a whole. */
bool lint_report_draws(const CommandContext *context);

void lint_report_locks(const CommandContext *context, const LintResult *result);

/* Diagram and dropped tables, if there are any. The result must live as long as the report. */
void lint_report_change(const CommandContext *context, const LintResult *result);

#endif
