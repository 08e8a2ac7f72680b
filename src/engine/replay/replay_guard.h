/* Reading and editing a statement's words, for the guard's table. */
#ifndef DBMIG_ENGINE_REPLAY_GUARD_H
#define DBMIG_ENGINE_REPLAY_GUARD_H

#include "replay_private.h"

typedef struct Guard {
    ReplayState *state;
    Arena *arena;
    const char *text;
    size_t len;
    size_t at;         /* behind the word read last */
    const char *words; /* what the statement is called in messages */
    GuardVerdict *verdict;
} Guard;

SqlToken guard_next(Guard *guard);
bool guard_is(const Guard *guard, const SqlToken *word, const char *keyword);
bool guard_is_symbol(const Guard *guard, const SqlToken *word, char symbol);

/* The identifier that the word means, or NULL when it is none. In the arena. */
char *guard_identifier(const Guard *guard, const SqlToken *word);

/* Makes the verdict run the statement with text[start..end) replaced. Once a statement. */
void guard_replace(Guard *guard, size_t start, size_t end, const char *with);

/*
 * Makes the verdict run the statement with `added` in its WITH (…) list, which is made when there
 * is none, and without the options named (lower case, ends with NULL).
 */
void guard_set_options(Guard *guard, const char *const *without, const char *added);

#endif
