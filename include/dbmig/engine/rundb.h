/*
 * Migrated databases for programs: what `run`, scenarios and `serve` stand on. A folder is replayed
 * (from the replay cache as far as it goes) on a throwaway server that other programs can reach,
 * fixtures are loaded, a template is taken, and the program's environment is made.
 */
#ifndef DBMIG_ENGINE_RUNDB_H
#define DBMIG_ENGINE_RUNDB_H

#include "dbmig/engine/dbstore.h"
#include "dbmig/engine/replay.h"

typedef struct RundbOptions {
    const MigrationFolder *folder; /* NULL: an empty database */
    ReplayOptions replay;
    const StringList *seeds;     /* SQL files, which become part of the cache key, then programs */
    const StringList *databases; /* further copies, by name; NULL: none */
    const char *role;            /* NULL: programs log in as the superuser */
    const StringList *seed_env;  /* NULL, or "NAME=value" for seed programs besides the usual ones */
    const char *env_prefix;      /* "" or what the names of variables begin with */
    const char *url_format;      /* of rundb_url() */
} RundbOptions;

/* A database under the name that its variable has. */
typedef struct RundbCopy {
    const char *name; /* as asked for */
    const char *database;
} RundbCopy;

typedef struct Rundb {
    Throwaway *throwaway;
    ThrowawayAddress admin;   /* of the superuser, or of who owns the dev URL */
    ThrowawayAddress address; /* as which programs log in */
    const char *template_name;
    VEC(RundbCopy) copies;
    size_t replayed, cached;
} Rundb;

/*
 * Opens it. On success it must be ended with rundb_close(); after a failure everything is gone.
 * A seed that fails is EXIT_SQL with its place, or EXIT_FINDINGS with what the program printed.
 */
bool rundb_open(Arena *arena, const RundbOptions *options, Rundb *ret, Error *err);
void rundb_close(Rundb *rundb); /* safe twice */

/* Lets it live on, as a record of dbstore.h; kind, project and name are the caller's. */
bool rundb_detach(Arena *arena, Rundb *rundb, const RundbOptions *options, DbRecord *record,
                  Error *err);

/* "NAME=value" for a program: DATABASE_URL, PG*, NAME_DATABASE_URL of each copy, DBMIG_TEMPLATE_URL. */
void rundb_environment(Arena *arena, const Rundb *rundb, const RundbOptions *options,
                       StringList *ret);

/* Takes the variables away that would lead programs elsewhere, or past those of
   rundb_environment(), from this process's own environment. */
void rundb_clear_environment(const char *env_prefix);

/* The address in one of the spellings of --url-format; it has the password. */
char *rundb_url(Arena *arena, const ThrowawayAddress *address, const char *database,
                const char *format);

#endif
