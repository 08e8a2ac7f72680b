/* `dbmig check` for one env, and for all of them. */
#ifndef DBMIG_CLI_CHECK_ENVS_H
#define DBMIG_CLI_CHECK_ENVS_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/check.h"

/* One check with the context's options; reports nothing. */
bool check_command(const CommandContext *context, CheckOptions *ret_options, CheckResult *ret,
                   Error *err);

/* A check of each env of the configuration, whatever becomes of the others, into one report. */
bool check_all_envs(CommandContext *context, Error *err);

#endif
