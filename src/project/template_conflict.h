/* The two sides of a text that a merge left with conflict markers. */
#ifndef DBMIG_PROJECT_TEMPLATE_CONFLICT_H
#define DBMIG_PROJECT_TEMPLATE_CONFLICT_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/file.h"

/* False when the text has no conflict (well-formed: <<<<<<<, may be |||||||, =======, >>>>>>>). */
bool template_split_conflict(Arena *arena, const Bytes *text, Bytes *ret_ours, Bytes *ret_theirs);

#endif
