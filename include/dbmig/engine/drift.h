/*
 * Drift: what a schema source or a live database has otherwise than the migrations, object by object as
 * findings, and as SQL.
 */
#ifndef DBMIG_ENGINE_DRIFT_H
#define DBMIG_ENGINE_DRIFT_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/engine/diff.h"
#include "dbmig/engine/finding.h"

typedef struct DriftSpec {
    const char *name;         /* of the findings: "schema-source", "database" */
    const char *subject;      /* what differs: "schema source models.py", "database" */
    bool towards_migrations;  /* the SQL makes the other like the migrations, and not the other way */
    const char *fix;          /* NULL, or what to do, told with the first finding */
} DriftSpec;

typedef struct Drift {
    bool compared;
    const char *name;
    ChangeList changes;   /* in the SQL's direction */
    FindingList findings; /* one for each object; parts of what is missing whole go without saying */
    const char *sql;      /* NULL when nothing differs; not proved */
    StringList notes;     /* what was not compared */
} Drift;

/*
 * Takes out of a live database's snapshot what is no part of the project: schemas, roles' objects and
 * extensions that hosting providers bring along, what they grant to roles of theirs, history tables of
 * migration tools. What the migrations have by the same name, or grant to the same role, stays. The
 * schema public is taken as the migrations have it, where they leave its owner and grants as initdb made
 * them.
 */
void drift_forget_foreign(Arena *arena, Snapshot *live, const Snapshot *migrated);

/* Takes out what hosting providers bring along, and nothing else. */
void drift_forget_providers(Arena *arena, Snapshot *live);

/* Compares. EXIT_USAGE when the two are of different major versions (unless options->cross_version).
   Both snapshots are marked by it. */
bool drift_find(Arena *arena, const DriftSpec *spec, DiffSide *migrations, DiffSide *other,
                const DiffOptions *options, Drift *ret, Error *err);

#endif
