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

/* What a folder has that the base has not. */
typedef struct BaseNews {
    BaseFolder base;
    StringList added;  /* names that neither the revision nor the parting has */
    StringList edited; /* names that are at the parting with other content; of gitbase_compare() only
                          repeatable ones, as the others may not be edited */
} BaseNews;

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
 * Compares the folder with a git revision. EXIT_INTEGRITY for a versioned file of the revision that
 * was edited, renamed or removed, and for a new one whose version is not above the revision's
 * newest, unless admitted (as gitbase_admits()). Files that the revision got since the two parted
 * may be missing here.
 */
bool gitbase_compare(Arena *arena, const MigrationFolder *folder, const char *revision,
                     const char *admitted, BaseNews *ret, Error *err);

/* The same, with nothing refused. A repository without a commit has nothing: all is added. */
bool gitbase_news(Arena *arena, const MigrationFolder *folder, const char *revision, BaseNews *ret,
                  Error *err);

/* True when the file is added or edited. */
bool gitbase_is_news(const BaseNews *news, const Migration *migration);

#endif
