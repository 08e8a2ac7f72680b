/*
 * Compares two snapshots and writes the SQL that turns one into the other: merge → rebuild closure →
 * graph → topological sort (pg_dump's priorities) → statements → parts.
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
    bool online;                  /* no statement holds a strong lock for long: NOT VALID and VALIDATE,
                                     NOT NULL through a check, indexes as with the next two */
    bool concurrent_create, concurrent_drop; /* indexes of tables that are there: CONCURRENTLY */
    const StringList *renames;    /* "old=new", qualified names; for diff_run(), no plan heeds them */
    const StringList *skip;       /* diff { skip {} }: "drop_table", … see plan_skip_nouns */
} PlanOptions;

/*
 * Statements that belong together: one transaction of `diff`'s script, one file of `create`. Most plans
 * have one part. A new part begins where something must be committed first (a new enum value that is
 * used, NOT VALID and then VALIDATE) and where statements cannot run in a transaction (CONCURRENTLY).
 */
typedef struct PlanPart {
    size_t first, count; /* in SchemaPlan.statements */
    bool outside;        /* without a transaction, statement by statement */
    const char *purpose; /* for a file's name, [a-z_]: "concurrently", "validate", "not_null"; "" for all
                            else. Several parts of one plan may have the same. */
} PlanPart;
typedef VEC(PlanPart) PlanPartList;

typedef struct SchemaPlan {
    ChangeList changes;           /* what differs, sorted by kind and key */
    StatementList statements;     /* in order */
    PlanPartList parts;           /* these cover all statements, in order */
    StringList rename_hints;      /* "column public.a.old may have been renamed to new: …"; diff_run() fills
                                     it */
    StringList skipped;           /* changes left out by `skip`, and what had to be with them: "drop table
                                     public.t (drop_table)" */
} SchemaPlan;

/* What `skip` can name behind add_, drop_ and modify_; ends with NULL. */
extern const char *const plan_skip_nouns[];

/*
 * The whole plan; no statements when nothing differs. Marks the objects of both snapshots, so one plan
 * at a time. EXIT_BUG when a cycle cannot be broken: the error names it.
 */
bool plan_make(Arena *arena, const Snapshot *from, const Snapshot *to, const PlanOptions *options,
               SchemaPlan *ret, Error *err);

/* Appends rest's statements and parts, which are to run behind plan's. */
void plan_append(Arena *arena, SchemaPlan *plan, const SchemaPlan *rest);

/* What differs, without statements. */
void plan_compare(Arena *arena, const Snapshot *from, const Snapshot *to, const PlanOptions *options,
                  ChangeList *ret);

#endif
