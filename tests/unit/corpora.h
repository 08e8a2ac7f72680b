/* The real migration histories that some tests read. They lie outside the checkout, and may be
 * absent. */
#ifndef DBMIG_TESTS_CORPORA_H
#define DBMIG_TESTS_CORPORA_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "dbmig/base/file.h"

/* $DBMIG_CORPORA/NAME or ../shared/corpora/NAME; false, with a notice, when it is not there. */
static inline bool corpora_find(Arena *in, const char *name, char **ret)
{
    const char *root = getenv("DBMIG_CORPORA");

    *ret = file_join(in, root == NULL ? "../shared/corpora" : root, name);
    if (file_kind(*ret) != FILE_MISSING)
        return true;
    printf("# skipped: there is no %s (set DBMIG_CORPORA)\n", *ret);
    return false;
}

#endif
