/* How the outcome of tests is written, beside the report. */
#ifndef DBMIG_CLI_TEST_OUTPUT_H
#define DBMIG_CLI_TEST_OUTPUT_H

#include "dbmig/base/buf.h"
#include "dbmig/engine/test.h"
#include "dbmig/report/report.h"

/* Adds the lines of TAP (version 13) to the report. */
void test_output_tap(Arena *arena, Report *report, const TestList *tests);

/* JUnit's XML, as GitLab, Jenkins and others read it: one suite, a case a test. */
void test_output_junit(const TestList *tests, Buf *out);

#endif
