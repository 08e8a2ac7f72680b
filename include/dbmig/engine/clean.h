/*
 * Empties a database: drops what its user owns in the chosen schemas, and the history. The database
 * stays, and so do extensions (unless asked for), what hosting providers bring along and what
 * belongs to others. Every object that goes is listed before; nothing is dropped by CASCADE.
 */
#ifndef DBMIG_ENGINE_CLEAN_H
#define DBMIG_ENGINE_CLEAN_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/engine/apply.h"
#include "dbmig/schema/plan.h"

typedef struct CleanOptions {
    const ApplyOptions *apply; /* where the history is, how it is locked, ddl_lock_timeout_ms */
    const StringList *schemas; /* patterns; NULL or empty: the first schema of search_path */
    const StringList *exclude; /* patterns of schemas and objects that stay */
    bool all_schemas;          /* every schema, and what lies in none: publications, event triggers, large
                                  objects, default privileges, foreign servers … */
    bool extensions;
} CleanOptions;

typedef struct CleanPlan {
    SchemaPlan plan;          /* its changes are all drops, but for grants on the schema public */
    StringList history;       /* tables of ours, quoted; gone first: a database without objects must have no
                                 history that says otherwise */
    int64_t large_objects;    /* that go, too */
    StringList staying;       /* for people: what stays, and why */
    const char *lease;        /* the lease's table, quoted, or NULL */
} CleanPlan;

/* Reads and lists. EXIT_USAGE when there is no schema to clean. */
bool clean_plan(Arena *arena, Session *session, const CleanOptions *options, CleanPlan *ret, Error *err);

/*
 * Takes the migration lock, makes the plan again, which must be the one that was shown
 * (EXIT_INTEGRITY), and carries it out in transactions that fit into the server's lock table. When
 * it is interrupted, the history is gone already, and a second run does the rest.
 */
bool clean_run(Arena *arena, Session *session, const CleanOptions *options, const CleanPlan *shown,
               Error *err);

#endif
