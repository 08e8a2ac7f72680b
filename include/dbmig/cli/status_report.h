/* What `status` prints, in the order of a night's questions: what runs now, what is wrong, what is
 * there, what next. */
#ifndef DBMIG_CLI_STATUS_REPORT_H
#define DBMIG_CLI_STATUS_REPORT_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/apply.h"

typedef struct StatusView {
    Arena *arena;
    Report *report;
    const ApplyPlan *plan;
    const char *database;
    const ApplyRunning *running;
    const Error *refusal;     /* set where apply would refuse the database: it has objects and no history */
    const int64_t *installed; /* microseconds since 1970 per plan->status, STATUS_NO_TIME where
                                 there is none */
    bool all, pending_only, brief;
    size_t counts[STATE_SQUASHED + 1];
    size_t pending, wrong;    /* files to run; files that need somebody */
} StatusView;

#define STATUS_NO_TIME INT64_MIN

/* Fills the counts. */
void status_count(StatusView *view);

void status_report(StatusView *view);

#endif
