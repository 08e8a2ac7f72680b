/* The Docker command line, as the docker provider uses it. Also podman, where there is no docker.
 */
#ifndef DBMIG_DB_THROWAWAY_DOCKER_H
#define DBMIG_DB_THROWAWAY_DOCKER_H

#include "dbmig/base/process.h"
#include "throwaway_provider.h"

typedef struct DockerEngine {
    const char *program;
    const char *endpoint; /* where the engine is, as far as it was chosen; "" for the default */
    const char *host;     /* NULL: this machine; else published ports are reached there */
} DockerEngine;

typedef struct DockerImage {
    const char *id;
    const char *user;        /* "" or root: root */
    const char *initdb_args; /* what the image itself sets, or NULL */
    const char *version;     /* PG_VERSION of the image's environment, or NULL */
    uint64_t bytes;
} DockerImage;

/* $DBMIG_DOCKER, docker, or podman. EXIT_CONNECTION when there is none. */
bool docker_engine(Arena *arena, DockerEngine *ret, Error *err);

/* A call: arguments behind the program, NULL-terminated. */
typedef struct DockerCall {
    const char *const *arguments;
    const char *const *set_env; /* NULL or for the client */
    long timeout_ms;
    bool for_cleanup; /* runs although a signal has come */
} DockerCall;

/* False when it could not be run or was not successful (*ret is filled then, too): EXIT_CONNECTION
   with what it said. */
bool docker_call(Arena *arena, const DockerEngine *engine, const DockerCall *call,
                 ProcessResult *ret, Error *err);

/* The same for short calls; the first line of what it printed. */
bool docker_line(Arena *arena, const DockerEngine *engine, const char *const *arguments,
                 const char **ret, Error *err);

/* The image, pulled when it is not there. The same answer all through one process. */
bool docker_image(Arena *arena, const DockerEngine *engine, const ThrowawayUrl *url,
                  DockerImage *ret, Error *err);

/* Bytes of an image; 0 when it cannot be told. */
uint64_t docker_image_bytes(Arena *arena, const DockerEngine *engine, const char *image);

#endif
