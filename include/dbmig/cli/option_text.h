/* What an option does for a command: its own words where the shared ones of options.def would not fit. */
#ifndef DBMIG_CLI_OPTION_TEXT_H
#define DBMIG_CLI_OPTION_TEXT_H

#include "dbmig/cli/command.h"

/* command NULL: the shared text. */
const char *option_summary(const Command *command, OptionId id);

#endif
