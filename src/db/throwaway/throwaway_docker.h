/* What throwaway_docker*.c share. Docker means podman, too, where there is no docker. */
#ifndef DBMIG_DB_THROWAWAY_DOCKER_H
#define DBMIG_DB_THROWAWAY_DOCKER_H

#include "dbmig/base/process.h"
#include "throwaway_provider.h"

#define DOCKER_OWNER_LABEL "dbmig.owner" /* of containers: the mark of their owner */
#define DOCKER_CACHE_LABEL "dbmig.cache" /* of images: the mark of the store that has their entry */

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

/* The state of a throwaway of the docker provider. */
typedef struct Docker {
    DockerEngine engine;
    DockerImage image;
    const char *name; /* NULL while there is no container */
    const char *password;
    int64_t layers; /* of kept states below it */
    const char *host, *port;
} Docker;

/* ---- throwaway_docker_engine.c: the command line ---- */

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

/* ---- throwaway_docker_kept.c ---- */

#define DOCKER_KEPT_PREFIX "dbmig_kept_"

bool docker_is_kept(const char *name);
bool docker_detach(Throwaway *throwaway, Buf *ret, Error *err);
bool docker_kept_alive(const char *handle);
bool docker_kept_drop(const char *handle, Error *err);
char *docker_kept_log(Arena *arena, const char *handle, size_t lines);

/* ---- throwaway_docker_wait.c ---- */

/* Sets the throwaway's URLs from the container's address and password. */
void docker_make_urls(Throwaway *throwaway);

/* Finds where the started container's server can be reached, sets the URLs and waits until it answers. */
bool docker_await(Throwaway *throwaway, Error *err);

/* ---- throwaway_docker_sweep.c ---- */

/* Removes the containers whose owner is dead; docker_sweep() also the images without an entry. */
void docker_sweep_engine(const DockerEngine *engine);
void docker_sweep(void);

/* Removes the image of a kept state. */
void docker_forget(const CacheMeta *meta);

/* Works after a signal, too; warns when the container is left. */
void docker_remove_container(const DockerEngine *engine, const char *name);

/*
 * By tag (NULL: none) and by id: one that others stand on only loses its tag, and the engine
 * removes it with the last of them; one that has lost its tag to another has only its id.
 */
void docker_remove_image(const DockerEngine *engine, const char *tag, const char *id);

/* The tag of a kept state. */
const char *docker_cache_tag(Arena *arena, const char *key);

/* The store that a kept state belongs to: an engine may serve several users and cache folders. */
const char *docker_store_mark(Arena *arena);

#endif
