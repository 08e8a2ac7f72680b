/*
 * The next file of a migrations folder, in the folder's own habit, and the sum file with it. The
 * content is the difference between the replayed folder and a schema source, or what an editor makes
 * of it, or nothing.
 */
#ifndef DBMIG_ENGINE_CREATE_H
#define DBMIG_ENGINE_CREATE_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/engine/diff.h"
#include "dbmig/project/template.h"

typedef struct CreateOptions {
    const char *dir;
    const char *description; /* what the file is called */
    const char *version;     /* NULL: the next one */
    const char *editor;      /* NULL: none; else a program, may be with arguments, blanks between */
    const char *now;         /* "YYYYMMDDhhmmss", for versions that are timestamps */
    const TemplateList *templates; /* NULL or those that get the new sum's header */
    const DiffSource *source;      /* NULL: an empty file; else what the schema should be */
    const DiffOptions *diff;       /* with a source */
    bool dry_run;                  /* nothing is written */
} CreateOptions;

typedef struct CreateFile {
    const char *path;
    const char *name;    /* the same within the folder */
    const char *version;
    const char *content; /* before an editor saw it */
} CreateFile;

typedef struct CreateResult {
    VEC(CreateFile) files; /* none: the folder leads to the source's schema already */
    const char *sum;     /* the new sum file's header with "h1:"; NULL when nothing was written */
    bool empty;          /* the file has no statement yet */
    bool planned;        /* there was a source: `diff` holds the plan and its proof */
    DiffResult diff;
    StringList templates; /* files that changed */
    StringList warnings;
} CreateResult;

/*
 * Writes the file and the sum file. Nothing is written (EXIT_USAGE) for a description that would not
 * survive as a file name and a version that is taken or malformed, and (EXIT_INTEGRITY) when the sum
 * file was not right before: only `dbmig hash` says that edits are meant. A missing folder is made. An
 * editor that fails is a warning; the files stay.
 *
 * With a source: a plan whose statements have to be committed in between, or cannot run in a
 * transaction, takes several files. They are replayed as they will be written, and must leave the
 * source's schema: what still differs is result->diff.residue; what fails is EXIT_SQL, and nothing is
 * written.
 */
bool create_run(Arena *arena, const CreateOptions *options, CreateResult *ret, Error *err);

#endif
