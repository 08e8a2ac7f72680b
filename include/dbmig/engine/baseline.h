/* Takes a database that has its schema but no history as being at a version: one BASELINE row. */
#ifndef DBMIG_ENGINE_BASELINE_H
#define DBMIG_ENGINE_BASELINE_H

#include "dbmig/engine/amend.h"

/*
 * An AmendPlanner; wish is the version, const char *. Nothing to do when the history holds that
 * very baseline and nothing else. EXIT_USAGE when it is no version, EXIT_INTEGRITY when the history
 * has rows: what was applied since cannot be taken back by a baseline.
 */
bool baseline_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                   Error *err);

#endif
