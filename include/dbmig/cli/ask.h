/* Questions to whoever sits at the terminal. */
#ifndef DBMIG_CLI_ASK_H
#define DBMIG_CLI_ASK_H

#include "dbmig/cli/command.h"

/* True when somebody can read a question and answer it: stdin and stderr are a terminal. */
bool ask_possible(void);

/* "question [y/N]" on stderr, and the answer. Anything but y is no, as is the end of the input. */
bool ask(const char *question);

/* The question on stderr; true when the answer is that very word. */
bool ask_for_word(const char *question, const char *wanted);

/* True at once with --yes, else asks; without a terminal *ret_asked is false, and so is the answer. */
bool ask_unless_yes(const CommandContext *context, const char *question, bool *ret_asked);

#endif
