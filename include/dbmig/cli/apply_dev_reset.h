/* dev_reset: whether the setting allows it here, and doing it. */
#ifndef DBMIG_CLI_APPLY_DEV_RESET_H
#define DBMIG_CLI_APPLY_DEV_RESET_H

#include "dbmig/cli/apply_options.h"

/* NULL when the env's own settings make its database one that may be emptied unasked; else why not. */
const char *dev_reset_forbidden(const CommandContext *context);

/*
 * Rebuilds the env's database when applied files that are not merged were edited, and connects
 * anew; else does nothing, and says why where the setting is there. *session is open again on true.
 * False with err set also when the rebuilding failed; *session is NULL then.
 */
bool apply_dev_reset(CommandContext *context, const ApplyOptions *options, Session **session,
                     bool *ret_rebuilt, Error *err);

#endif
