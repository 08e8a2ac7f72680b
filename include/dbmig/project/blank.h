/* Migrations that nobody has written yet. */
#ifndef DBMIG_PROJECT_BLANK_H
#define DBMIG_PROJECT_BLANK_H

#include "dbmig/project/migration.h"

/*
 * True in *ret when the file has nothing in it, or only the title that `dbmig create` gave it. A file
 * of other comments is not blank: someone wrote them.
 */
bool migration_is_blank(Arena *arena, const Migration *migration, bool *ret, Error *err);

/* The versioned one that runs last; NULL when there is none. */
const Migration *migration_last_version(const MigrationFolder *folder);

/* The text that `dbmig create` puts into a new file; words are separated by '_' or blanks. In the arena. */
char *migration_title(Arena *arena, const char *description);

#endif
