/* One finding of a check or a lint rule: what, where, why, what to do instead. */
#ifndef DBMIG_ENGINE_FINDING_H
#define DBMIG_ENGINE_FINDING_H

#include <stddef.h>

#include "dbmig/base/vec.h"

typedef enum Severity { SEVERITY_OFF, SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR } Severity;

typedef struct Finding {
    const char *code;     /* stable: "DM011", or the check's name: "drift" */
    const char *name;     /* stable: "set-not-null" */
    Severity severity;
    const char *file;     /* as the user knows it; NULL when it concerns no file */
    size_t line, column;  /* 1-based; 0 unknown */
    const char *message;
    const char *why;      /* NULL or why it matters */
    const char *fix;      /* NULL or what to write instead */
    const char *evidence; /* NULL or what the replay showed */
    const char *excerpt;  /* NULL or source with a caret */
} Finding;

typedef VEC(Finding) FindingList;

const char *severity_name(Severity severity); /* "error", "warning", "info", "off" */

#endif
