/* A migrations folder as a git revision has it, for what compares the work tree with that. */
#ifndef DBMIG_ENGINE_CHECK_GIT_H
#define DBMIG_ENGINE_CHECK_GIT_H

#include "dbmig/base/map.h"
#include "dbmig/project/migration.h"

typedef struct CheckBase {
    const char *revision; /* as the user gave it */
    FolderSource at_revision;
    FolderSource at_parting; /* where the work tree's branch and the revision parted */
    Map *revision_names, *parting_names;
} CheckBase;

/* Errors as git_find(), git_resolve() and git_merge_base(). */
bool check_base_open(Arena *arena, const char *folder, const char *revision, CheckBase *ret,
                     Error *err);

/* The versions of the revision's files, as their names have them. */
void check_base_versions(Arena *arena, const CheckBase *base, bool plain, StringList *ret);

/* NULL for an empty list. */
const char *check_newest_version(const StringList *versions);

/* admitted: NULL none, "" all, else just that version. */
bool check_version_admitted(const char *version, const char *admitted);

#endif
