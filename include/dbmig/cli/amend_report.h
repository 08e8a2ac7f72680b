/* Changes to the history, shown: in the report, and as words before a question. */
#ifndef DBMIG_CLI_AMEND_REPORT_H
#define DBMIG_CLI_AMEND_REPORT_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/amend.h"

/* The table "changes", and the notes as a warning each. */
void amend_report(Report *report, const Session *session, const AmendPlan *plan);

/* The same list on stderr. */
void amend_log(const AmendPlan *plan);

#endif
