/* What the steps of a check share. */
#ifndef DBMIG_CHECK_PRIVATE_H
#define DBMIG_CHECK_PRIVATE_H

#include "dbmig/check/check.h"

typedef struct CheckRun {
    Arena *arena;
    const CheckOptions *options;
    CheckResult *result;
    const char *outcome;   /* of the step that runs; NULL: it does not apply, and is not listed */
    bool done;             /* the steps after this one are not needed */
    const char *key;       /* NULL: nothing is remembered */
    const char *stamp;     /* NULL unless what is staged is checked */
    const char *state_path;
    CheckState known;      /* of the last success, after an early exit */
    LintOptions lint;      /* with the files that are judged */
    MigrationFolder deployed; /* see check_upgrade.c; run_count 0: nothing to run that way */
    size_t deployed_before;   /* so many of its run are the base's */
    LintResult judged;
    bool watched;          /* the replay was lint's as well */
    DiffSide migrations;   /* the replayed schema; its replay has ended */
} CheckRun;

/* ---- check_sum.c: the sum file, and the template that has its header ---- */

bool check_sum_file(CheckRun *run, Error *err);
bool check_template(CheckRun *run, Error *err);

/* ---- check_new.c: what is new, and whether anything is in it ---- */

/* The step "git base": which files are new. */
bool check_git_base(CheckRun *run, Error *err);

/* Fills run->lint with the files to judge: the new ones, else the newest. */
void check_choose_judged(CheckRun *run);

/* New files must have something in them. */
bool check_content(CheckRun *run, Error *err);

/* ---- check_upgrade.c: the new files on a database that has the base's ---- */

bool check_prepare_upgrade(CheckRun *run, Error *err);
bool check_upgrade(CheckRun *run, Error *err);

/* ---- check_tests.c: what belongs to the new versions ---- */

/* Each new B file must stand for the history up to its version. */
bool check_base_files(CheckRun *run, Error *err);

/* The tests of the new versions, and those of the whole schema. */
bool check_tests(CheckRun *run, Error *err);

/* ---- check.c ---- */

/* The replay that lint watches, of the folder whose files run->lint names. */
bool check_replay_watched(CheckRun *run, const MigrationFolder *folder, Replay *replay, Error *err);

/* ---- check_drift.c ---- */

/* Reads the schema source, which may be a program's output. */
bool check_source(CheckRun *run, Error *err);

/* Takes the schema of the open replay for the comparisons to come. */
/* Tells it at once, and keeps it for the report. */
void check_note(CheckRun *run, const char *text);
bool check_take_schema(CheckRun *run, Replay *replay, Error *err);

/* The replayed schema against the schema source. */
bool check_source_drift(CheckRun *run, Error *err);

/* Adds what a comparison found to the result, and says it in the step's outcome. */
void check_take_drift(CheckRun *run, const Drift *drift);

/* ---- check_database.c ---- */

/* What is applied to the live database, as its history says, against what is there. */
bool check_database_drift(CheckRun *run, Error *err);

#endif
