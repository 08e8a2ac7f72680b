/*
 * `dbmig rebase`: gives the files that a branch added versions above those that the branch it is to
 * be merged into got meanwhile. Works before the merge, in the middle of one (both branches' files
 * are there, atlas.sum is full of conflict markers), in the middle of a `git rebase`, and after it.
 */
#ifndef DBMIG_ENGINE_REBASE_H
#define DBMIG_ENGINE_REBASE_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/template.h"

typedef struct RebaseMove {
    const char *from, *to; /* names within the folder */
} RebaseMove;

typedef VEC(RebaseMove) RebaseMoves;

typedef struct RebaseOptions {
    const char *dir;
    const char *git_base;          /* a revision */
    const char *out_of_order;      /* versions that stay: NULL none, "" all, else just that */
    const TemplateList *templates; /* may be NULL */
    const char *now;               /* "YYYYMMDDhhmmss", for versions that are timestamps */
    bool dry_run;                  /* the plan alone */
    /* Called with the plan before anything is renamed; may be NULL. */
    void (*on_plan)(void *context, const RebaseMoves *moves);
    void *context;
} RebaseOptions;

typedef struct RebaseResult {
    const char *folder;
    const char *newest; /* version of the revision; NULL when it has none */
    RebaseMoves moves; /* by old version; script configs, undo and baseline files with their file */
    const char *sum;   /* the new sum file's header with "h1:" */
    bool sum_changed;
    StringList templates; /* files that changed */
    StringList warnings;
} RebaseResult;

/*
 * New are the files that neither the revision has nor the point where the two parted, and those
 * whose name the revision has for another file. Of these, versions that are not above all before
 * them get the next one in the folder's habit; the order stays. Then the sum file and the templates
 * are written.
 *
 * All of it is computed before anything is written: the folder as it will be must load, the
 * revision's files in it must be as they are there, templates must take the value, names must be
 * free. The files move from the last to the first, so that at any moment their order is right, and
 * a run that was interrupted is finished by the next one. When a rename fails those before it are
 * taken back.
 */
bool rebase_run(Arena *arena, const RebaseOptions *options, RebaseResult *ret, Error *err);

#endif
