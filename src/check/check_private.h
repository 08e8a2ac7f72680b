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
    LintResult judged;
    bool watched;          /* the replay was lint's as well */
    DiffSide migrations;   /* the replayed schema; its replay has ended */
} CheckRun;

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
