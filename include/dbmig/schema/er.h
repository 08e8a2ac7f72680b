/*
 * The entity-relationship model of a snapshot: tables, the keys among their columns, and what ties
 * tables together. All diagrams are written from it. Partitions are left out (their parent stands for
 * them) unless a foreign key of their own ties them to something; the order is the snapshot's.
 */
#ifndef DBMIG_SCHEMA_ER_H
#define DBMIG_SCHEMA_ER_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/vec.h"
#include "dbmig/schema/snapshot.h"

typedef struct ErColumn {
    const Object *object;
    const char *name; /* raw */
    const char *type; /* as the server prints it */
    bool primary;     /* part of the primary key */
    bool foreign;     /* part of a foreign key to a table of the model */
    bool unique;      /* unique all by itself, and not the primary key */
    bool not_null;
} ErColumn;

typedef struct ErTable {
    const Object *object;
    const char *name;   /* raw; behind its schema and a dot unless the model has one schema alone */
    bool outline;       /* not asked for: here because a relation ends at it; has no columns */
    VEC(ErColumn) columns;
} ErTable;

typedef enum ErRelationKind {
    ER_REFERENCES, /* a foreign key */
    ER_INHERITS,   /* INHERITS */
} ErRelationKind;

typedef struct ErRelation {
    ErRelationKind kind;
    const Object *object;      /* the foreign key, or the link */
    size_t from, to;           /* places in `tables`: the table with the key, the referenced one */
    StringList columns;        /* raw names in `from` … */
    StringList referenced;     /* … and in `to`; none for ER_INHERITS */
    bool optional;             /* a column may be null: a row need not reference anything */
    bool single;               /* the columns are unique: at most one row references a row */
} ErRelation;

typedef struct ErModel {
    VEC(ErTable) tables;
    VEC(ErRelation) relations;
} ErModel;

/*
 * only: NULL for all tables, or the keys ("public.orders") of those wanted, partitions included; then
 * the tables that a relation ties to them come along as outlines. Keys of no table are passed over.
 */
void er_read(Arena *arena, const Snapshot *snapshot, const StringList *only, ErModel *ret);

/* Adds the column's marks, PK, FK and UK, with the separator between them; false when it has none. */
bool er_add_marks(const ErColumn *column, const char *separator, Buf *out);

/* The place in the table of the first of the columns, where a relation ends; table->columns.count when the
   table does not show it. */
size_t er_end(const ErTable *table, const StringList *columns);

/*
 * A Mermaid erDiagram. Characters that its grammar cannot take in a name or type become '_' (and the
 * true name follows in quotes); an empty model is a diagram without entities.
 */
void er_mermaid(const ErModel *model, Buf *out);

/* A Graphviz digraph; for dot's -Tsvg and the like. */
void er_dot(const ErModel *model, Buf *out);

#endif
