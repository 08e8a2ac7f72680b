/* A migrations folder as a git revision has it, for what compares the work tree with that. */
#ifndef DBMIG_ENGINE_GITBASE_H
#define DBMIG_ENGINE_GITBASE_H

#include "dbmig/base/map.h"
#include "dbmig/project/migration.h"

typedef struct BaseFolder {
    const char *revision; /* as the user gave it */
    FolderSource at_revision;
    FolderSource at_parting; /* where the work tree's branch and the revision parted */
    Map *revision_names, *parting_names;
} BaseFolder;

/* Errors as git_find(), git_resolve() and git_merge_base(). */
bool gitbase_open(Arena *arena, const char *folder, const char *revision, BaseFolder *ret,
                  Error *err);

/* The versions of the revision's files, as their names have them. */
void gitbase_versions(Arena *arena, const BaseFolder *base, bool plain, StringList *ret);

/* NULL for an empty list. */
const char *gitbase_newest(const StringList *versions);

/* admitted: NULL none, "" all, else just that version. */
bool gitbase_admits(const char *version, const char *admitted);

/*
 * Compares the folder with a git revision: ret_new lists the files that the revision does not have.
 * EXIT_INTEGRITY for a versioned file of the revision that was edited, renamed or removed, and for a
 * new one whose version is not above the revision's newest, unless admitted (as
 * gitbase_admits()). Files that the revision got since the two parted may be missing here.
 */
bool gitbase_compare(Arena *arena, const MigrationFolder *folder, const char *revision,
                     const char *admitted, StringList *ret_new, Error *err);

#endif
