/*
 * `dbmig check`: a sequence of steps, a row a step in check.c: sum file → template → schema source →
 * early exit → replay → drift → lint. A step adds findings, fails, or ends the check because nothing
 * changed.
 */
#ifndef DBMIG_CHECK_CHECK_H
#define DBMIG_CHECK_CHECK_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/engine/diff.h"
#include "dbmig/engine/drift.h"
#include "dbmig/engine/finding.h"
#include "dbmig/engine/gitbase.h"
#include "dbmig/lint/lint.h"
#include "dbmig/engine/replay.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/template.h"

typedef struct CheckOptions {
    const char *dir;
    ReplayOptions replay;
    bool force;             /* no early exit */
    const char *git_base;   /* NULL or a revision: new files are told, edits of its files refused */
    const char *new_since;  /* without git_base: NULL, or a revision whose files are not new; nothing is
                               refused */
    const char *out_of_order; /* new versions below its newest: NULL none, "" all, else just that */
    const TemplateList *templates; /* NULL or those that must have the sum file's header */
    const LintOptions *lint; /* NULL: no lint. Judged are the new files, else the last */
    bool staged;            /* what is in git's index, not on the disk */
    DiffSource *source;     /* NULL, or what the migrations must lead to; it is read on the way */
    const DiffOptions *diff; /* for drift; NULL without */
    const char *url;        /* NULL, or a live database to compare with: read only. No early exit then */
    const char *history_schema, *history_table; /* of that database */
    const char *tests;      /* NULL, or the folder with tests of migrations; `settings` has test_digest()
                               of it */
    const char *settings;   /* what else can change the result, as text: part of the early exit's key */
} CheckOptions;

typedef struct CheckStep {
    const char *key;        /* stable: "sum_file" */
    const char *name;       /* "sum file" */
    const char *outcome;    /* "ok", "3 files replayed, 12 from the cache" */
    int64_t ms;
} CheckStep;

typedef struct CheckResult {
    MigrationFolder folder;
    const char *sum;        /* the sum file's header with "h1:"; NULL before that step */
    VEC(CheckStep) steps;   /* those that were done, in order */
    FindingList findings;   /* of this run, or the stored ones after an early exit */
    Drift source_drift, database_drift; /* their findings are among those */
    bool early_exit;
    const char *early_reason;
    const char *base;       /* the revision that the new ones are new against; NULL: none was found */
    BaseNews news;
    const LintResult *judged; /* of this run; NULL without lint, and after an early exit */
    StringList roles;       /* see Replay */
    StringList notes;
    size_t replayed, cached;
    const char *server;     /* for people; NULL when none was started */
} CheckResult;

/* *ret holds what was found out also when a step fails. */
bool check_run(Arena *arena, const CheckOptions *options, CheckResult *ret, Error *err);

/*
 * What a check remembers of its last success, for the early exit: a file in the user's cache folder,
 * named by the folder checked and the settings. The key is a digest of all that the outcome depends
 * on, but for the server itself: starting it is what the early exit spares. See check_key().
 */
typedef struct CheckState {
    const char *key;
    const char *stamp;      /* see check_stamp(); NULL unless staged */
    const char *when;       /* "2026-05-04 13:02:11Z" */
    const char *sum;
    size_t files;
    FindingList findings;
    StringList roles;
} CheckState;

/* EXIT_USAGE when init SQL cannot be read, and where the schema source is a database: what that has
   is not known before it is asked. */
bool check_key(Arena *arena, const MigrationFolder *folder, const CheckOptions *options, char **ret,
               Error *err);

/*
 * Of a staged check: a digest of the index's entries in place of the files' content, which need not be
 * read then. Equal stamps mean equal keys and templates. *ret is NULL when there can be none.
 */
void check_stamp(Arena *arena, const CheckOptions *options, char **ret);

/* Where the state of that check lies. */
bool check_state_path(Arena *arena, const CheckOptions *options, char **ret, Error *err);

/* False when there is none, or none that can be read: never an error. */
bool check_state_read(Arena *arena, const char *path, CheckState *ret);
bool check_state_write(const char *path, const CheckState *state, Error *err);

/* Forgets them all. */
bool check_state_forget(Error *err);

#endif
