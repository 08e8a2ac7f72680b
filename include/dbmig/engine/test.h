/*
 * Tests of migrations, on a throwaway. A test is a pair of SQL files, either of which may be
 * missing:
 *
 *   V12__prices.before.sql   runs in the schema before version 12: the data to be migrated
 *   V12__prices.after.sql    runs after the migration of version 12
 *   orders.test.sql          runs in the schema that the whole folder leads to, repeatable files
 * included
 *
 * Each test has a copy of the database to itself. In .after.sql and .test.sql each query (SELECT,
 * VALUES, TABLE, WITH … SELECT) must return no row, or a single true; lines of TAP, as pgTAP's
 * functions return them, are read as such. An error in any of the files, or in the migration, fails
 * the test.
 */
#ifndef DBMIG_ENGINE_TEST_H
#define DBMIG_ENGINE_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/engine/replay.h"

typedef struct TestFailure {
    const char *file; /* NULL: in no file */
    size_t line;      /* 0: nowhere in it */
    const char *text; /* for people; more lines may follow the first */
} TestFailure;

typedef struct TestCase {
    const char *name;  /* "V12__prices", "orders.test.sql", "V12 with 100 rows a table" */
    const char *version; /* NULL: of the whole folder */
    size_t index;      /* of the migration in folder->run; run_count: after all files */
    const char *before, *after; /* paths; NULL: none */
    size_t rows;       /* generated rows a table, instead of the files; 0: none */
    bool failed;
    VEC(TestFailure) failures;
    StringList notes;
    int64_t spent_ms;
} TestCase;

typedef VEC(TestCase) TestList;

typedef struct TestOptions {
    ReplayOptions replay;
    const char *folder;   /* of the tests; a missing one holds none */
    const char *filter;   /* a shell pattern for names; NULL: all */
    const StringList *versions; /* NULL or empty: all */
    size_t rows; /* also a test with so many generated rows a table, of the versions given or,
                    without any, of the newest one */
    void (*on_test)(void *context, const TestCase *test, size_t index, size_t total);
    void *context;
} TestOptions;

/* "tests/V12__x.after.sql:3: text". In the arena. */
const char *test_failure_shown(Arena *arena, const TestFailure *failure);

/*
 * Finds the tests, in the order of their versions. EXIT_USAGE for a file that begins like a test and is none
 * ("V12__x.befor.sql"), for a version that the folder does not have, and for one given that is not
 * in it. Files of other names are left alone.
 */
bool test_find(Arena *arena, const MigrationFolder *folder, const TestOptions *options, TestList *ret,
               Error *err);

/* SHA-256 in hex over names and content of all files in the folder that test_find() looks at. */
bool test_digest(Arena *arena, const char *folder, char **ret, Error *err);

/* Runs them; the outcome is in each. False when they could not be run: no server, a migration before the
   tested ones that fails, a signal. */
bool test_run(Arena *arena, const MigrationFolder *folder, const TestOptions *options, TestList *tests,
              Error *err);

#endif
