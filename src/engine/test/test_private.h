/* What the files of the tests share. The interface is include/dbmig/engine/test.h. */
#ifndef DBMIG_ENGINE_TEST_PRIVATE_H
#define DBMIG_ENGINE_TEST_PRIVATE_H

#include "dbmig/engine/test.h"

void test_add_failure(Arena *arena, TestCase *test, TestFailure failure);

/* ---- test_judge.c ---- */

/* Runs a file of queries, and judges what they return. False when the run cannot go on. */
bool test_judge(Arena *arena, Replay *replay, TestCase *test, const char *path, Error *err);

/* ---- test_rows.c ---- */

typedef struct TestRows TestRows;

/* Fills the tables, and remembers how many rows each has. */
bool test_rows_fill(Arena *arena, Replay *replay, TestCase *test, TestRows **ret, Error *err);
/* What the migration lost of them is a failure. */
bool test_rows_compare(Arena *arena, Replay *replay, const TestRows *before, TestCase *test, Error *err);

#endif
