/* Texts made from the tables of commands and options: help, man page, completion scripts. */
#ifndef DBMIG_CLI_HELP_H
#define DBMIG_CLI_HELP_H

#include "dbmig/base/buf.h"
#include "dbmig/cli/command.h"

/* What `dbmig --help` and `dbmig COMMAND --help` print. */
void help_overview(Buf *out);
void help_command(const Command *command, Buf *out);

/* "dbmig apply [OPTION]...": without a line break. */
void help_usage(const Command *command, Buf *out);

/* The whole command line as JSON, for tests that hold other texts against it. */
void help_dump_json(Buf *out);

/* In roff: the sections COMMANDS, OPTIONS and ENVIRONMENT of dbmig(1), the whole page of a command,
   and the section SETTINGS of atlas.hcl(5). */
void manpage_render(Buf *out);
void manpage_command(const Command *command, Buf *out);
void manpage_settings(Buf *out);

/* A completion script; shell is "bash", "zsh" or "fish". False for any other. */
bool completion_render(const char *shell, Buf *out);

/* True when the command takes the option, as its own or as a global one. */
bool command_takes(const Command *command, OptionId id);

/* True when it is one of the command's own list. */
bool command_has_own(const Command *command, OptionId id);

/* True when completion offers it: it is not hidden, and no own option of the command has its name. */
bool command_offers(const Command *command, OptionId id);

#endif
