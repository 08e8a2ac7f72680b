/*
 * The list of databases that outlive their commands: scenarios, and what a failed run kept. A record is
 * a file of "name=value" lines, for this user alone, since it has passwords.
 */
#ifndef DBMIG_ENGINE_DBSTORE_H
#define DBMIG_ENGINE_DBSTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"

typedef struct DbRecord {
    const char *kind;    /* "scenario" or "kept" */
    const char *project; /* the folder of its configuration, absolute */
    const char *name;    /* unique within kind and project; of "kept" ones everywhere */
    int64_t created;     /* seconds since 1970 */
    const char *server;  /* for people */
    const char *template_name;
    const char *handle;  /* of throwaway_detach() */
    StringList env;      /* "NAME=value" for programs */
} DbRecord;
typedef VEC(DbRecord) DbRecords;

/* All of them; project NULL: of all projects. In order of creation. */
bool dbstore_list(Arena *arena, const char *kind, const char *project, DbRecords *ret, Error *err);

/* True with *ret when there is one. */
bool dbstore_find(Arena *arena, const char *kind, const char *project, const char *name,
                  DbRecord *ret);

bool dbstore_save(const DbRecord *record, Error *err);
bool dbstore_forget(const DbRecord *record, Error *err);

/* The value of one of its variables, or NULL. */
const char *dbstore_variable(const DbRecord *record, const char *name);

#endif
