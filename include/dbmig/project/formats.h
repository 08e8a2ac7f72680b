/*
 * Folders of other migration tools, read where they lie. What a reader yields are migrations like any
 * others: version, what migrates and what takes it back, transaction mode; a part of a file is run
 * with the rest of it blanked out, so that lines and columns are those of the user's own file.
 */
#ifndef DBMIG_PROJECT_FORMATS_H
#define DBMIG_PROJECT_FORMATS_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/format.h"
#include "dbmig/project/migration.h"

/*
 * The format that the folder's names, the configuration files around it and the marks in its files
 * show; FOLDER_FORMAT_AUTO when it is none of another tool. *ret_sign is what shows it. names are in
 * walk order; folder has its path and source.
 */
bool format_detect(Arena *arena, const MigrationFolder *folder, const StringList *names,
                   FolderFormat *ret, const char **ret_sign, Error *err);

/*
 * Reads a foreign folder: items, run and sum of *folder, whose path, source and format are set. names
 * are in walk order. EXIT_USAGE with file and line for what the tool's own rules refuse, and for what
 * cannot be evaluated here (templates, substitutions).
 */
bool format_load(Arena *arena, MigrationFolder *folder, const StringList *names, Error *err);

typedef struct FormatNew {
    const char *name; /* in the folder; may have a folder of its own */
    const char *version;
    const char *content;
} FormatNew;

/*
 * A new migration in the tool's own naming, with content between its marks. version NULL: the next in
 * the folder's habit. EXIT_USAGE for tools whose migrations are no plain files.
 */
bool format_new_file(Arena *arena, const MigrationFolder *folder, const char *version,
                     const char *slug, const char *content, const char *now, FormatNew *ret,
                     Error *err);

/* True when a file of that name takes a migration back. */
bool format_takes_back(const char *name);

/* The version that a file's name tells, without dashes; NULL when it tells none. */
char *format_version_of(Arena *arena, const char *name);

#endif
