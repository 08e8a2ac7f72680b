/*
 * The next file of a migrations folder, in the folder's own habit, and the sum file with it. The
 * content comes from a diff when a schema source is configured (see create.c for its place), from an
 * editor, or is empty.
 */
#ifndef DBMIG_ENGINE_CREATE_H
#define DBMIG_ENGINE_CREATE_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/template.h"

typedef struct CreateOptions {
    const char *dir;
    const char *description; /* what the file is called */
    const char *version;     /* NULL: the next one */
    const char *editor;      /* NULL: none; else a program, may be with arguments, blanks between */
    const char *now;         /* "YYYYMMDDhhmmss", for versions that are timestamps */
    const TemplateList *templates; /* NULL or those that get the new sum's header */
} CreateOptions;

typedef struct CreateResult {
    const char *path;    /* of the new file */
    const char *name;    /* the same within the folder */
    const char *version;
    const char *sum;     /* the new sum file's header with "h1:" */
    bool empty;          /* it has no statement yet */
    StringList templates; /* files that changed */
    StringList warnings;
} CreateResult;

/*
 * Writes the file and the sum file. Nothing is written (EXIT_USAGE) for a description that would not
 * survive as a file name and a version that is taken or malformed, and (EXIT_INTEGRITY) when the sum
 * file was not right before: only `dbmig hash` says that edits are meant. A missing folder is made. An
 * editor that fails is a warning; the file stays.
 */
bool create_run(Arena *arena, const CreateOptions *options, CreateResult *ret, Error *err);

#endif
