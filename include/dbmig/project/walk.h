/* Lists the files of a migrations folder on disk, folders within it included. */
#ifndef DBMIG_PROJECT_WALK_H
#define DBMIG_PROJECT_WALK_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"

/*
 * Adds to ret, in any order, the names relative to the folder of what may matter to migrations:
 * those that walk_listed() takes. Hidden files and folders are skipped, links are followed.
 * *ret_fd is the open folder, for openat(); the caller closes it. Errors (EXIT_USAGE): what cannot
 * be opened, a loop of links, a broken link or special file named *.sql, a folder named *.sql.
 */
bool walk_folder(Arena *arena, const char *folder, int *ret_fd, StringList *ret, Error *err);

/* Orders names as a walk does that goes through each folder by name: "a/x" comes before "a.sql". */
int walk_compare(const char *a, const char *b);

/* True when the name, or a folder in it, starts with a dot. */
bool walk_hidden(const char *name);

/* True when the name ends in .sql or .sql.conf, in any case. */
bool walk_wanted(const char *name);

/* walk_wanted(), and the configurations of other migration tools: _journal.json, sqitch.plan, … */
bool walk_listed(const char *name);

#endif
