/*
 * Moves a project over from another migration tool: its files become V and U files of a folder of
 * their own, and what the tool's history table says of a database becomes rows of ours. The tool's
 * folder and table stay as they are.
 */
#ifndef DBMIG_ENGINE_IMPORT_H
#define DBMIG_ENGINE_IMPORT_H

#include "dbmig/engine/amend.h"
#include "dbmig/project/migration.h"

typedef struct ImportFile {
    const char *name; /* V20240101__add_users.sql */
    const char *content;
    size_t len;
    const Migration *source;
    bool there; /* the target folder has it, just so */
} ImportFile;

typedef struct ImportFiles {
    VEC(ImportFile) list;
    size_t missing;      /* how many are not there yet */
    bool renumbered;     /* the tool's order is not that of version numbers */
    StringList warnings; /* ready to print */
} ImportFiles;

/*
 * What the folder (loaded, of another tool) becomes in the target folder. Statements stay byte for
 * byte; marks go; what runs without a transaction gets `-- dbmig:txmode none`. EXIT_USAGE when the
 * target has files that are none of these, or one with another content.
 */
bool import_files_plan(Arena *arena, const MigrationFolder *source, const char *target,
                       ImportFiles *ret, Error *err);

/* Writes what is missing, and the sum file. */
bool import_files_write(Arena *arena, const ImportFiles *files, const char *target, Error *err);

/* wish of import_history_plan(). */
typedef struct ImportWish {
    FolderFormat format;           /* the tool */
    const MigrationFolder *source; /* the tool's files; NULL: the target folder is read in place, or was
                                      made from them before */
    const ImportFiles *files;      /* what they have become; NULL as above */
    Session *session;
} ImportWish;

/*
 * An AmendPlanner: a row for each migration of the folder that the tool's table has as applied and our
 * history has not. EXIT_INTEGRITY for what the tool left dirty, failed or unfinished. Notes name
 * versions without a file, files without a row below the newest, and files edited since they ran.
 */
bool import_history_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                         Error *err);

/* True when the tool keeps a history that can be taken over. */
bool import_knows_history(FolderFormat format);

#endif
