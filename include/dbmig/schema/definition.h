/*
 * Reads the parts out of definitions of constraints and indexes as the server prints them
 * (pg_get_constraintdef, pg_get_indexdef, with an empty search_path). Names come out raw, expressions
 * as printed. What is not understood is left empty, never guessed.
 */
#ifndef DBMIG_SCHEMA_DEFINITION_H
#define DBMIG_SCHEMA_DEFINITION_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/vec.h"

typedef struct ConstraintParts {
    StringList columns;       /* of PRIMARY KEY, UNIQUE and FOREIGN KEY; raw names */
    StringList include;
    const char *table;        /* what a foreign key references: quoted and qualified, as Object.key */
    StringList referenced;    /* its columns */
    const char *on_update, *on_delete; /* "CASCADE", "SET NULL (a)"; NULL: NO ACTION */
    const char *match;        /* "FULL"; NULL: SIMPLE */
    const char *expression;   /* of a CHECK, without the outer parentheses */
    bool nulls_not_distinct, deferrable, initially_deferred;
} ConstraintParts;

/* type: 'p', 'u', 'f', 'c', 'x', as pg_constraint.contype; of 'x' nothing but the last two is read. */
void definition_constraint(Arena *arena, char type, const char *definition, ConstraintParts *ret);

typedef struct IndexElement {
    const char *column;     /* raw; NULL for an expression */
    const char *definition; /* as printed: "lower(name) DESC", with operator class and collation */
} IndexElement;

typedef struct IndexParts {
    bool unique, nulls_not_distinct;
    const char *method;     /* "btree" */
    VEC(IndexElement) elements;
    StringList include;
    const char *where;      /* NULL when the index is not partial; without outer parentheses */
} IndexParts;

void definition_index(Arena *arena, const char *definition, IndexParts *ret);

#endif
