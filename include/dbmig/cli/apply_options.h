/*
 * What apply, status and dry runs have in common on the command line: their options as ApplyOptions,
 * and the connection.
 */
#ifndef DBMIG_CLI_APPLY_OPTIONS_H
#define DBMIG_CLI_APPLY_OPTIONS_H

#include "dbmig/cli/command.h"
#include "dbmig/engine/apply.h"

/* How the history is reached: of all commands that read or write it. */
#define HISTORY_OPTION_IDS OPT_WAIT, OPT_HISTORY_TABLE, OPT_HISTORY_SCHEMA, OPT_ROLE, OPT_INIT_SQL

/* And how it is locked, for those that write it. */
#define HISTORY_LOCK_OPTION_IDS OPT_LOCK_TIMEOUT, OPT_LOCK, OPT_LEASE_TIME

/* The options that decide what is pending: of apply and of status. */
#define APPLY_PLAN_OPTION_IDS                                                                      \
    OPT_URL, OPT_DIR, OPT_DIR_FORMAT, OPT_TO_VERSION, OPT_TX_MODE, OPT_EXEC_ORDER,                 \
        OPT_OUT_OF_ORDER, OPT_BASELINE, HISTORY_OPTION_IDS, OPT_PLACEHOLDERS, OPT_PLACEHOLDER

/* Fills from flags, environment and file. */
bool apply_options_fill(const CommandContext *context, ApplyOptions *ret, Error *err);

/* Connects to --url; read_only for what must not write. EXIT_USAGE when no database given. */
bool apply_options_connect(const CommandContext *context, const ApplyOptions *options,
                           bool read_only, Session **ret, Error *err);

/* The events of a run, as words on stderr. */
extern const ApplyEvents apply_events_log;

#endif
