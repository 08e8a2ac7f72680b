/*
 * Brings the history in line with the folder: what was edited, renamed or removed on purpose, and
 * what failed. Also marks migrations as applied that were run by hand.
 */
#ifndef DBMIG_ENGINE_REPAIR_H
#define DBMIG_ENGINE_REPAIR_H

#include "dbmig/engine/amend.h"

typedef struct RepairWish {
    bool force; /* also forget how far a file got that is partly applied */
} RepairWish;

/*
 * An AmendPlanner; wish is a RepairWish. Edited files: their row gets the new checksums. Renamed
 * ones: description and script. Failed rows of which nothing is applied are dropped. Rows whose
 * file is gone get a DELETE row, as Flyway writes it; those of a newer release are left alone.
 */
bool repair_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                 Error *err);

/* An AmendPlanner; wish is a StringList of versions or file names. EXIT_USAGE when there is no such
   migration; nothing to do for one that is applied. */
bool repair_mark_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                      Error *err);

#endif
