/* The check of one env, which `dbmig check` and `check --all-envs` share. */
#ifndef DBMIG_CLI_CHECK_ONE_H
#define DBMIG_CLI_CHECK_ONE_H

#include "dbmig/cli/command.h"
#include "dbmig/check/check.h"

/* Fills *ret_options from the context, runs the check and reports nothing; *ret is good for a report after a
   failure, too. */
bool check_one_run(const CommandContext *context, CheckOptions *ret_options, CheckResult *ret, Error *err);

#endif
