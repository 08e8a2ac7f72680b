/*
 * Reads a whole schema from a database's catalogs: one REPEATABLE READ, READ ONLY transaction, one bulk
 * query per object kind, the server deparses everything with an empty search_path. No lock stronger
 * than ACCESS SHARE; those on tables, which the deparsing takes, are given back behind each query, and
 * none is waited for longer than the options say: see readlock.h.
 */
#ifndef DBMIG_SCHEMA_SNAPSHOT_H
#define DBMIG_SCHEMA_SNAPSHOT_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/map.h"
#include "dbmig/db/session.h"
#include "dbmig/schema/object.h"

typedef struct SnapshotOptions {
    const StringList *schemas;  /* NULL or empty: all user schemas */
    const StringList *exclude;  /* glob patterns "schema", "schema.object" */
    const char *history_schema, *history_table; /* never part of a snapshot; NULL: any history table */
    int64_t lock_timeout_ms; /* how long to wait for a table, at a live database; 0: the session's own */
    bool throwaway; /* what the session's user owns there would be whoever's who ran the SQL elsewhere */
} SnapshotOptions;

typedef struct Snapshot {
    int server_version;
    const char *user;           /* of the session */
    bool throwaway;             /* as in the options */
    ObjectList objects;         /* sorted by kind, then key */
    Map *by_key[KIND_COUNT];
    Map *casts;                 /* "integer>text" -> "i", "a" or "e": implicit, assignment, explicit */
    StringList left_out;        /* kinds or objects not modelled, for people: never silent */
} Snapshot;

/* Reads; when definitions that were read have changed meanwhile (a second look disagrees), reads again.
   EXIT_CONNECTION names one of them when that never ends, EXIT_LOCK_TIMEOUT who locks a table. */
bool snapshot_read(Arena *arena, Session *session, const SnapshotOptions *options, Snapshot *ret,
                   Error *err);

/* A snapshot of what an empty database has (the schema public), for plans that create all or drop all;
   server version, user and casts are those of `like`. */
void snapshot_empty(Arena *arena, const Snapshot *like, Snapshot *ret);

/* Takes out what the function is true for, with its parts and all edges to it. To be called before a plan is
   made of the snapshot. */
typedef bool SnapshotJudge(const Object *object, const void *context);
void snapshot_forget(Arena *arena, Snapshot *snapshot, SnapshotJudge *unwanted, const void *context);

/* The names of all roles that the snapshot's objects mention, each once. */
void snapshot_roles(Arena *arena, const Snapshot *snapshot, StringList *ret);

Object *snapshot_find(const Snapshot *snapshot, ObjectKind kind, const char *key);

#endif
