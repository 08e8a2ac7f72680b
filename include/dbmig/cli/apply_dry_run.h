/* What apply would run, as SQL: for people, or in full for psql. */
#ifndef DBMIG_CLI_APPLY_DRY_RUN_H
#define DBMIG_CLI_APPLY_DRY_RUN_H

#include "dbmig/cli/apply_options.h"

typedef struct ApplyDryRun {
    bool wanted;
    bool full;          /* all that is sent, else the files' own statements */
    const char *output; /* NULL: stdout */
} ApplyDryRun;

/* Reads --dry-run and --output. */
bool apply_dry_run_wanted(const CommandContext *context, ApplyDryRun *ret, Error *err);

/* Plans and prints. The session only reads. */
bool apply_dry_run_print(CommandContext *context, Session *session, const ApplyOptions *options,
                         const ApplyDryRun *dry, Error *err);

#endif
