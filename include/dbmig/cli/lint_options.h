/* The lint settings that commands share: policy from lint {} and --rule, time-outs as apply sets them. */
#ifndef DBMIG_CLI_LINT_OPTIONS_H
#define DBMIG_CLI_LINT_OPTIONS_H

#include "dbmig/cli/command.h"
#include "dbmig/lint/lint.h"

/* Which files to judge is the caller's business. */
bool lint_options_fill(const CommandContext *context, LintOptions *ret, Error *err);

/* The settings as text, for keys: what else may change the findings. */
char *lint_options_text(Arena *arena, const LintOptions *options);

#endif
