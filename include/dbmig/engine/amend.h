/*
 * Changes to the history alone: a baseline, a repair, a migration marked as applied. A planner says
 * which rows to add, change or drop; the list can be shown, and is then written in one transaction
 * under the migration lock, if the history is still the one that it was made from.
 */
#ifndef DBMIG_ENGINE_AMEND_H
#define DBMIG_ENGINE_AMEND_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/db/session.h"
#include "dbmig/engine/apply.h"

typedef enum AmendKind { AMEND_INSERT, AMEND_UPDATE, AMEND_DELETE } AmendKind;

typedef struct Amendment {
    AmendKind kind;
    HistoryRow row; /* INSERT: all but the rank; UPDATE: what history_update_sql() takes; DELETE:
                       the rank */
    const char *script; /* what it concerns */
    const char *what;   /* "edited since it was applied", for people */
    const char *change; /* "checksum 1 -> 2", what becomes of the row */
} Amendment;

typedef struct AmendPlan {
    ApplyPlan status; /* folder and history, as apply_status() gives them */
    VEC(Amendment) list;
    StringList notes; /* what was left alone, and why */
} AmendPlan;

/* Fills list and notes from plan->status; wish is the caller's. Reads only. */
typedef bool (*AmendPlanner)(Arena *arena, const ApplyOptions *options, const void *wish,
                             AmendPlan *plan, Error *err);

/* Reads folder and history, and plans. */
bool amend_plan(Arena *arena, Session *session, const ApplyOptions *options, AmendPlanner planner,
                const void *wish, AmendPlan *ret, Error *err);

/*
 * Takes the lock, plans anew, and writes. EXIT_INTEGRITY when the new plan is not the one that was
 * shown. Makes the history table when there is none. An empty plan writes nothing, and takes no
 * lock.
 */
bool amend_run(Arena *arena, Session *session, const ApplyOptions *options, AmendPlanner planner,
               const void *wish, const AmendPlan *shown, Error *err);

#endif
