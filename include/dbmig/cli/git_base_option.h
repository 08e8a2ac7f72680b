/* Which git revision a command compares the migrations folder with. */
#ifndef DBMIG_CLI_GIT_BASE_OPTION_H
#define DBMIG_CLI_GIT_BASE_OPTION_H

#include "dbmig/cli/command.h"
#include "dbmig/project/git.h"

/*
 * --git-base, its variable or setting ("none": nothing); else what the CI service's variables say
 * of a pull request; else, with guess, the default branch. ret->ref is NULL when there is none.
 */
void git_base_option(const CommandContext *context, bool guess, GitBase *ret);

/* True when the user named it, rather than that it was found out. */
bool git_base_named(const CommandContext *context);

#endif
