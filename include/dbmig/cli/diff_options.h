/* The options of the commands that compare schemas, as the engine wants them. */
#ifndef DBMIG_CLI_DIFF_OPTIONS_H
#define DBMIG_CLI_DIFF_OPTIONS_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/diff.h"

/* For a command's table of options: what a snapshot sees. */
#define SNAPSHOT_OPTION_IDS OPT_SCHEMAS, OPT_EXCLUDE, OPT_HISTORY_TABLE, OPT_HISTORY_SCHEMA

/* For the commands that plan: how changes are made, and which are not. */
#define PLAN_OPTION_IDS OPT_STRICT_ORDER, OPT_ONLINE, OPT_CONCURRENT_INDEX, OPT_SKIP, OPT_RENAME

/* Fills the parts for replays, snapshots and plans; those whose options the command has not stay at
   their defaults. */
void diff_options_fill(const CommandContext *context, DiffOptions *ret);

/* Fills ret from these options and the diff block of the configuration. */
bool diff_policy_fill(const CommandContext *context, PlanOptions *ret, Error *err);

#endif
