/* The second half of migration_load(): one pass over the content of every file, in the sum's order.
 */
#ifndef DBMIG_PROJECT_LOAD_H
#define DBMIG_PROJECT_LOAD_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/migration.h"

/*
 * Fills digests, directives, modes and the sum of a folder whose items are named and in order.
 * confs: names of script configs, in walk order. folder_fd: the open folder, or -1 when the folder
 * has a source. Content is not kept, except what a source gives.
 */
bool load_contents(Arena *arena, MigrationFolder *folder, const StringList *confs, int folder_fd,
                   Error *err);

/* Reads the directives at the head of a text, which begins on that line of the item's file: fills
   directives and tx_mode, and warns of what only looks like one. */
bool load_head(Arena *arena, MigrationFolder *folder, Migration *item, const char *text, size_t len,
               size_t line, Error *err);

#endif
