/*
 * Directives in comments at the head of a file, and in the comment attached to a statement:
 * `-- dbmig:NAME ARGS`, also `-- atlas:NAME ARGS`. Accepted in any leading comment line that starts
 * with it (CRLF, BOM and blank lines do not matter); a comment that contains one further in is
 * reported as a look-alike, never obeyed.
 */
#ifndef DBMIG_TEXT_DIRECTIVE_H
#define DBMIG_TEXT_DIRECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/vec.h"

typedef struct Directive {
    const char *name; /* "txmode", "nolint", "sum", "delimiter", …: lower case */
    const char *args; /* trimmed; "" when none */
    bool atlas;       /* written with the atlas: prefix */
    bool lookalike;   /* "-- TODO: drop atlas:txmode none", or in a block comment: not a directive,
                         worth a warning */
    size_t line;      /* 1-based, counted from the start of the text given */
} Directive;

typedef VEC(Directive) DirectiveList;

/* Reads the comments before the first statement of a file; stops at the first other token. */
void directive_read_head(Arena *arena, const char *text, size_t len, DirectiveList *ret);

/* Reads the comment lines of `lead` (see SqlItem). line is that of lead[0]. A comment behind the
   ';' of the statement before, on its line, is about that one: a directive there is a look-alike.
 */
void directive_read_lead(Arena *arena, const char *lead, size_t len, size_t line,
                         DirectiveList *ret);

/* The args of the first real directive of that name, or NULL. */
const char *directive_find(const DirectiveList *list, const char *name);

/*
 * True when the first line says `atlas:sum ignore`, which Atlas also obeys behind other printable
 * ASCII
 * ("--", "#", words) and never behind a BOM: sums must agree; or is `-- dbmig:sum ignore`.
 */
bool directive_sum_ignored(const char *text, size_t len);

#endif
