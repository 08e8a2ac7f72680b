/* What a plan between two schemas is and how it proved, for the commands that make one. */
#ifndef DBMIG_CLI_DIFF_REPORT_H
#define DBMIG_CLI_DIFF_REPORT_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/diff.h"

/* "create", "alter", … */
const char *diff_report_change(ChangeKind kind);

/* A table of changes under that key, in JSON only. */
void diff_report_changes(Report *report, const char *key, const ChangeList *changes);

/* The fields left_out, skipped, rename_hints, changes, parts and hazards; what people must know goes to
   stderr. */
void diff_report_plan(const CommandContext *context, const DiffResult *result);

/* The fields proof, why and residue. A plan that leaves a difference marks findings; false
   (EXIT_SQL) when it failed. */
bool diff_report_proof(const CommandContext *context, const DiffResult *result, Error *err);

#endif
