/* What the catalog says about a statement outside a transaction, before and after. Internal to apply. */
#ifndef DBMIG_ENGINE_APPLY_LOOK_H
#define DBMIG_ENGINE_APPLY_LOOK_H

#include "apply_notx.h"
#include "apply_target.h"

typedef enum LookVerdict {
    LOOK_DONE,    /* it took effect */
    LOOK_AGAIN,   /* it did not, or running it again does no harm */
    LOOK_UNKNOWN, /* *ret_why says why that cannot be told */
} LookVerdict;

/* A query of one value, or no row: what must be known before the statement runs. Kept with its mark. */
char *apply_look_sql(Arena *arena, const Target *target);

/* Decides, and removes what our try left behind (told through events->note). before: what the query gave. */
bool apply_look_after(NoTx *notx, Arena *arena, const Target *target, const char *before,
                      LookVerdict *ret, const char **ret_why, Error *err);

/* Adds to "relation already exists" that it is an invalid index, and what to do. */
void apply_look_invalid(NoTx *notx, Arena *arena, const Target *target, Error *err);

#endif
