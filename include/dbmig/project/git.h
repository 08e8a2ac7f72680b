/*
 * Git, by running the git program (never through a shell): a migrations folder as it is at a
 * revision or in the index, and the revision that a change is to be compared with.
 */
#ifndef DBMIG_PROJECT_GIT_H
#define DBMIG_PROJECT_GIT_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/migration.h"

typedef struct GitRepo {
    const char *root;   /* of the work tree, absolute, links resolved */
    const char *prefix; /* of the folder within it: "" or "db/migrations/" */
} GitRepo;

typedef struct GitFile {
    const char *name; /* relative to the folder */
    const char *blob; /* object id */
    bool link;        /* a symbolic link: the blob is its target's path */
} GitFile;

typedef VEC(GitFile) GitFileList;

/* What a change is compared with, as a CI service or the repository tells it. */
typedef struct GitBase {
    const char *ref;    /* to be given to git_resolve() */
    const char *source; /* "GITHUB_BASE_REF", …: for messages */
} GitBase;

/*
 * Finds the repository of a folder, which need not exist. EXIT_USAGE: git is not installed, the
 * folder is in no work tree, git refuses it (its own words are the detail). Inside a git hook
 * GIT_DIR and GIT_INDEX_FILE are respected.
 */
bool git_find(Arena *arena, const char *folder, GitRepo *ret, Error *err);

/*
 * The commit of a revision. A branch name is also looked for among origin's branches, which is
 * where CI checkouts have it. EXIT_USAGE when there is none; in a shallow clone the hint says which
 * fetch depth to set.
 */
bool git_resolve(Arena *arena, const GitRepo *repo, const char *ref, char **ret_commit, Error *err);

/* True when there is a commit at all. */
bool git_has_commit(Arena *arena, const GitRepo *repo);

/* True in the middle of a merge: MERGE_HEAD is the other side. */
bool git_is_merging(Arena *arena, const GitRepo *repo);

/* The id of the folder's tree at HEAD: equal while no commit changes it. "" when it has none. */
char *git_folder_id(Arena *arena, const GitRepo *repo);

/* The merge base of two commits. EXIT_USAGE when there is none, with the hint as above. */
bool git_merge_base(Arena *arena, const GitRepo *repo, const char *a, const char *b,
                    char **ret_commit, Error *err);

/* The files of the folder at a commit, subfolders included, in git's order (bytewise). An absent
   folder has none. */
bool git_list(Arena *arena, const GitRepo *repo, const char *commit, GitFileList *ret, Error *err);

/* The files of the folder in the index. EXIT_USAGE when one has an unresolved merge conflict. */
bool git_list_staged(Arena *arena, const GitRepo *repo, GitFileList *ret, Error *err);

/*
 * All that the index says of files and folders (seen from the working folder) as one text: equal to
 * an earlier one when nothing about them was staged since. With one run of git and without reading
 * any content.
 */
bool git_staged_listing(Arena *arena, const char *const *paths, size_t count, Bytes *ret,
                        Error *err);

/* A file as it is in the index. *ret_found is false where it has none, or there is no repository. */
bool git_read_staged(Arena *arena, const char *path, Bytes *ret, bool *ret_found, Error *err);

/* The content of blobs, in the order of ids, with one run of git. */
bool git_read_blobs(Arena *arena, const GitRepo *repo, const char *const *ids, size_t count,
                    Bytes *ret, Error *err);

/*
 * A source for migration_load(): the folder at a commit, or commit NULL: in the index. All that may
 * matter to migrations (*.sql, *.sql.conf, atlas.sum) is read at once, into the arena, which must
 * live as long as the folder loaded from it.
 */
bool git_source(Arena *arena, const GitRepo *repo, const char *commit, FolderSource *ret,
                Error *err);

/*
 * What this change is to be compared with: in a pull or merge request on GitHub Actions, GitLab CI,
 * CodeBuild, Bitbucket Pipelines, Jenkins, Azure Pipelines and CircleCI from their variables. False
 * when they tell nothing (not in CI, or no pull request). getenv_function NULL is getenv.
 */
bool git_base(Arena *arena, const char *(*getenv_function)(const char *name), GitBase *ret);

/*
 * The branch that others build on, as far as the repository tells: origin's default branch, its main
 * or master, else a main or master of our own that is not checked out. False when there is none.
 */
bool git_default_base(Arena *arena, const GitRepo *repo, GitBase *ret);

#endif
