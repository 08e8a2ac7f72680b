/* The options that every command with a migrated database has, as the engine wants them. */
#ifndef DBMIG_CLI_RUN_OPTIONS_H
#define DBMIG_CLI_RUN_OPTIONS_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/rundb.h"

/* For a command's table of options. */
#define RUN_OPTION_IDS                                                                          \
    OPT_DIR, OPT_DIR_FORMAT, OPT_RUN_EMPTY, OPT_TO_VERSION, OPT_SEED, OPT_DATABASE, OPT_RUN_ROLE, OPT_PORT, \
        OPT_ENV_PREFIX, OPT_URL_FORMAT

/* Loads the folder. Where the default one is missing the database is empty, and that is said. */
bool run_options_fill(const CommandContext *context, RundbOptions *ret, Error *err);

/* Runs the program with the database in its environment; the exit code goes to the context. */
bool run_options_program(CommandContext *context, const Rundb *rundb, const RundbOptions *options,
                         const char *const *argv, Error *err);

#endif
