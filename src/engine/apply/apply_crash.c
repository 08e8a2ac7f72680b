/*
 * Ends at a step of progress, in builds with -DDBMIG_TORTURE alone: DBMIG_CRASH_AT=n kills this process
 * at the nth step, as a machine would. DBMIG_CRASH_LOG=path gets the number of steps that were passed,
 * so that a test learns how many there are.
 */
#include "apply_internal.h"
#include "dbmig/base/fault.h"

#ifdef DBMIG_TORTURE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static long passed;

static void write_count(void)
{
    FILE *file = fopen(getenv("DBMIG_CRASH_LOG"), "w");
    if (file == NULL)
        return;
    fprintf(file, "%ld\n", passed);
    fclose(file);
}

void apply_crash_point(const char *what)
{
    const char *at = getenv("DBMIG_CRASH_AT");
    fault_signal_point(what);
    if (passed++ == 0 && getenv("DBMIG_CRASH_LOG") != NULL)
        atexit(write_count);
    if (at == NULL || strtol(at, NULL, 10) != passed)
        return;
    fprintf(stderr, "dbmig: killed at step %ld: %s\n", passed, what);
    fflush(stderr);
    raise(SIGKILL);
}
#endif
