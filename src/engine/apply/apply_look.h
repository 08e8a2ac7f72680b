/* What the catalog says about a statement outside a transaction, before and after. Internal to apply. */
#ifndef DBMIG_ENGINE_APPLY_LOOK_H
#define DBMIG_ENGINE_APPLY_LOOK_H

#include "apply_internal.h"
#include "apply_target.h"

typedef enum LookVerdict {
    LOOK_DONE,    /* it took effect */
    LOOK_AGAIN,   /* it did not, or running it again does no harm */
    LOOK_UNKNOWN, /* *ret_why says why that cannot be told */
} LookVerdict;

/* What must be known before the statement runs, as text; kept with its mark. */
bool apply_look_before(const ApplyRun *run, Arena *arena, const Target *target, char **ret,
                       Error *err);

/* Decides, and removes what our try left behind (told through events->note). */
bool apply_look_after(const ApplyRun *run, Arena *arena, const Target *target, const char *before,
                      LookVerdict *ret, const char **ret_why, Error *err);

#endif
