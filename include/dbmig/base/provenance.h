/*
 * Where a value came from, beside the place where it is written: url = getenv("X") stands in a file,
 * and what it says comes from the environment. What may destroy something asks this, not the place.
 */
#ifndef DBMIG_BASE_PROVENANCE_H
#define DBMIG_BASE_PROVENANCE_H

#include <stddef.h>

enum {
    FROM_ENVIRONMENT = 1,
    FROM_VARIABLE = 2, /* an input variable, given or by its default; the name of the env */
    FROM_FILE = 4,
    FROM_PROGRAM = 8,
    FROM_FLAG = 16,
};

typedef struct Provenance {
    unsigned kinds;   /* 0: every part of it is written in the configuration itself */
    const char *what; /* NULL, or the first of them in words: "$APP_DB", "var.url" */
} Provenance;

static inline void provenance_add(Provenance *to, Provenance more)
{
    to->kinds |= more.kinds;
    if (to->what == NULL)
        to->what = more.what;
}

#endif
