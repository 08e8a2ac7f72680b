/* The options that every command with a replay has, as the engine wants them. */
#ifndef DBMIG_CLI_REPLAY_OPTIONS_H
#define DBMIG_CLI_REPLAY_OPTIONS_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/replay.h"

/* For a command's table of options. */
#define REPLAY_OPTION_IDS                                                                         \
    OPT_DEV_URL, OPT_INIT_SQL, OPT_TX_MODE, OPT_PLACEHOLDERS, OPT_PLACEHOLDER, OPT_CACHE,         \
        OPT_CACHE_SIZE, OPT_REQUIRE_CONFINEMENT

/* Progress and notes go to stderr. */
void replay_options_fill(const CommandContext *context, ReplayOptions *ret);

#endif
