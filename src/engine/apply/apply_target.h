/*
 * What a statement that cannot run inside a transaction acts on, read from its words: enough to tell
 * by the catalog whether it took effect. Internal to apply.
 */
#ifndef DBMIG_ENGINE_APPLY_TARGET_H
#define DBMIG_ENGINE_APPLY_TARGET_H

#include <stdbool.h>

#include "dbmig/base/arena.h"

typedef enum TargetKind {
    TARGET_UNKNOWN,   /* the catalog cannot tell */
    TARGET_HARMLESS,  /* running it twice does no harm: VACUUM, ALTER SYSTEM, … */
    TARGET_CREATE_INDEX,
    TARGET_DROP_INDEX,
    TARGET_REINDEX,
    TARGET_DETACH,
    TARGET_CREATE,    /* CREATE DATABASE, TABLESPACE, SUBSCRIPTION */
    TARGET_DROP,      /* DROP of these */
} TargetKind;

typedef struct Target {
    TargetKind kind;
    const char *relation; /* table (or index, for DROP and REINDEX INDEX) as written; NULL: all */
    const char *name;     /* index, database, … as an identifier means it; NULL: chosen by the server */
    const char *child;    /* partition as written */
    const char *catalog;  /* "pg_database": where TARGET_CREATE and TARGET_DROP look */
    const char *column;   /* "datname" */
    bool unique;
} Target;

/* Reads the statement. text need not be one that was understood: TARGET_UNKNOWN then. */
void apply_target_read(Arena *arena, const char *text, size_t len, Target *ret);

#endif
