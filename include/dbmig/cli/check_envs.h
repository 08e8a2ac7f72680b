/* `dbmig check --all-envs`. */
#ifndef DBMIG_CLI_CHECK_ENVS_H
#define DBMIG_CLI_CHECK_ENVS_H

#include "dbmig/cli/command.h"

/* A check of each env of the configuration, whatever becomes of the others, into one report. */
bool check_all_envs(CommandContext *context, Error *err);

#endif
