/*
 * Compares two snapshots and writes the SQL that turns one into the other: merge → rebuild closure →
 * graph → topological sort (pg_dump's priorities) → statements.
 */
#ifndef DBMIG_SCHEMA_PLAN_H
#define DBMIG_SCHEMA_PLAN_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/schema/object.h"
#include "dbmig/schema/snapshot.h"

typedef enum ChangeKind {
    CHANGE_NONE,
    CHANGE_CREATE,
    CHANGE_DROP,
    CHANGE_ALTER,
    CHANGE_REPLACE,
} ChangeKind;

typedef struct Change {
    ChangeKind kind;
    const Object *before, *after; /* NULL where there is none; their keys differ when renamed */
    StringList attributes;        /* names of those that differ, facets included */
} Change;
typedef VEC(Change) ChangeList;

typedef struct PlanOptions {
    bool strict_order;
    bool online;
    bool concurrent_create, concurrent_drop;
    const StringList *renames;    /* "old=new", qualified names */
    const StringList *skip;       /* diff { skip {} }: "drop_table", "drop_column", … */
} PlanOptions;

typedef struct SchemaPlan {
    ChangeList changes;           /* what differs, sorted by kind and key */
    StatementList statements;     /* in order */
    StringList rename_hints;      /* "public.a.old looks renamed to public.a.new: --rename …" */
    StringList skipped;           /* changes left out by `skip` */
} SchemaPlan;

/*
 * The whole plan; no statements when nothing differs. Marks the objects of both snapshots, so one plan
 * at a time. EXIT_BUG when a cycle cannot be broken: the error names it.
 */
bool plan_make(Arena *arena, const Snapshot *from, const Snapshot *to, const PlanOptions *options,
               SchemaPlan *ret, Error *err);

/* What differs, without statements. */
void plan_compare(Arena *arena, const Snapshot *from, const Snapshot *to, const PlanOptions *options,
                  ChangeList *ret);

#endif
