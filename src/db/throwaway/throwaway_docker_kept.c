/*
 * Containers that outlive their owner: labels cannot be changed, so their name says that no sweep may
 * take them.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "throwaway_docker.h"

#define CLEANUP_MS 30000

bool docker_is_kept(const char *name)
{
    return text_starts(name, DOCKER_KEPT_PREFIX);
}

bool docker_detach(Throwaway *throwaway, Buf *ret, Error *err)
{
    Docker *docker = throwaway->state;
    Arena *arena = throwaway->arena;
    const char *name = arena_printf(arena, DOCKER_KEPT_PREFIX "%s",
                                    throwaway_random_name(arena) + strlen("dbmig_"));
    const char *arguments[] = {"rename", docker->name, name, NULL};
    DockerCall call = {.arguments = arguments, .timeout_ms = CLEANUP_MS};
    ProcessResult result = {0};
    if (!docker_call(arena, &docker->engine, &call, &result, err))
        return false;
    buf_printf(ret, "container=%s\n", name);
    docker->name = NULL;
    return true;
}

static bool call_for(const char *handle, const char *const *words, Arena *arena,
                     ProcessResult *ret, Error *err)
{
    DockerEngine engine;
    StringList arguments = {0};
    const char *name = throwaway_handle_value(arena, handle, "container", 0);
    if (name == NULL || !docker_engine(arena, &engine, err))
        return name == NULL ? error_set(err, EXIT_USAGE, "no container is recorded") : false;
    for (; *words != NULL; words++)
        VEC_PUSH(arena, arguments, *words);
    VEC_PUSH(arena, arguments, name);
    VEC_PUSH(arena, arguments, NULL);
    DockerCall call = {.arguments = arguments.items, .timeout_ms = CLEANUP_MS};
    return docker_call(arena, &engine, &call, ret, err);
}

bool docker_kept_alive(const char *handle)
{
    static const char *const words[] = {"inspect", "--format", "{{.State.Running}}", NULL};
    Arena *arena = arena_new();
    ProcessResult result = {0};
    Error ignored = {0};
    bool alive = call_for(handle, words, arena, &result, &ignored) &&
                 text_starts(result.out.data, "true");
    error_clear(&ignored);
    arena_free(arena);
    return alive;
}

bool docker_kept_drop(const char *handle, Error *err)
{
    static const char *const words[] = {"rm", "--force", "--volumes", NULL};
    Arena *arena = arena_new();
    ProcessResult result = {0};
    bool ok = call_for(handle, words, arena, &result, err);
    if (!ok && err->detail != NULL && strstr(err->detail, "o such container") != NULL) {
        error_clear(err);
        ok = true;
    }
    arena_free(arena);
    return ok;
}

char *docker_kept_log(Arena *arena, const char *handle, size_t lines)
{
    const char *const words[] = {"logs", "--tail", arena_printf(arena, "%zu", lines), NULL};
    ProcessResult result = {0};
    Error ignored = {0};
    char *text = NULL;
    if (call_for(handle, words, arena, &result, &ignored))
        text = arena_printf(arena, "%s%s", result.out.data, result.errors.data);
    error_clear(&ignored);
    return text;
}
