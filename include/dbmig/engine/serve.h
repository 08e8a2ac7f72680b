/*
 * IntegreSQL's HTTP API, version 1, over a migrated database: tests get copies of templates from a
 * pool that is filled ahead of them. GET /api/v1/database needs no template of the client's: it
 * copies the migrated one, which also is the template with the hash "dbmig".
 */
#ifndef DBMIG_ENGINE_SERVE_H
#define DBMIG_ENGINE_SERVE_H

#include "dbmig/engine/rundb.h"

typedef struct ServeOptions {
    const Rundb *rundb;
    const char *listen;
    const char *token;     /* NULL: anybody who can connect */
    int64_t pool_size;     /* most databases of a template */
    int64_t in_use_ms;     /* a lent one is not taken back from its sessions before that */
    void (*on_ready)(void *context); /* it listens, and its pool is being filled */
    void *context;
} ServeOptions;

/* Until a signal comes, which is no error. */
bool serve_run(Arena *arena, const ServeOptions *options, Error *err);

#endif
