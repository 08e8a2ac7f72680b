/* What the docker provider removes: what dead runs left, and kept states that are given up. */
#include <string.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "throwaway_docker.h"

#define CACHE_REPOSITORY "dbmig-cache"
#define CLEANUP_MS 30000
#define UNKNOWN_OWNER_SECONDS 3600

void docker_remove_container(const DockerEngine *engine, const char *name)
{
    Arena *arena = arena_new();
    const char *arguments[] = {"rm", "--force", "--volumes", name, NULL};
    DockerCall call = {.arguments = arguments, .timeout_ms = CLEANUP_MS, .for_cleanup = true};
    ProcessResult result;
    Error err = {0};
    if (!docker_call(arena, engine, &call, &result, &err) &&
        (err.detail == NULL || (strstr(err.detail, "No such container") == NULL &&
                                strstr(err.detail, "no such container") == NULL &&
                                strstr(err.detail, "no container with") == NULL)))
        log_warning("the container %s is left: %s", name, err.primary);
    error_clear(&err);
    arena_free(arena);
}

/* One of another machine, or from before a restart, only when it has ended. */
static bool is_leftover(const char *mark, const char *state)
{
    OwnerState owner = throwaway_owner_state(mark);
    if (owner != OWNER_UNKNOWN)
        return owner == OWNER_DEAD;
    return throwaway_owner_age(mark) > UNKNOWN_OWNER_SECONDS && !text_equal(state, "running") &&
           !text_equal(state, "paused");
}

void docker_sweep_engine(const DockerEngine *engine)
{
    Arena *arena = arena_new();
    const char *arguments[] = {"ps",
                               "--all",
                               "--no-trunc",
                               "--filter",
                               "label=" DOCKER_OWNER_LABEL,
                               "--format",
                               "{{.ID}} {{.Label \"" DOCKER_OWNER_LABEL "\"}} {{.State}} {{.Names}}",
                               NULL};
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    Error ignored = {0};
    StringList lines = {0};
    if (docker_call(arena, engine, &call, &result, &ignored))
        text_split(arena, result.out.data, '\n', &lines);
    error_clear(&ignored);
    for (size_t i = 0; i < lines.count; i++) {
        StringList words = {0};
        text_split(arena, lines.items[i], ' ', &words);
        if (words.count < 4 || docker_is_kept(words.items[3]) ||
            !is_leftover(words.items[1], words.items[2]))
            continue;
        log_verbose("removing what a dead run left behind: container %.12s", words.items[0]);
        docker_remove_container(engine, words.items[0]);
    }
    arena_free(arena);
}

const char *docker_store_mark(Arena *arena)
{
    char host[256] = "";
    char *folder;
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    Error ignored = {0};
    if (!file_cache_folder(arena, &folder, &ignored))
        folder = arena_strdup(arena, "");
    error_clear(&ignored);
    gethostname(host, sizeof(host) - 1);
    sha256_begin(&sha);
    sha256_add_field(&sha, host, strlen(host));
    sha256_add_field(&sha, folder, strlen(folder));
    sha256_digest(&sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_strndup(arena, hex, 16);
}

void docker_remove_image(const DockerEngine *engine, const char *tag, const char *id)
{
    Arena *arena = arena_new();
    const char *arguments[] = {"image", "rm", "--force", id, tag, NULL};
    if (tag != NULL) {
        arguments[3] = tag;
        arguments[4] = id;
    }
    DockerCall call = {.arguments = arguments, .timeout_ms = CLEANUP_MS, .for_cleanup = true};
    ProcessResult result;
    Error ignored = {0};
    if (!docker_call(arena, engine, &call, &result, &ignored))
        log_debug("%s: %s", ignored.primary, ignored.detail == NULL ? "" : ignored.detail);
    error_clear(&ignored);
    arena_free(arena);
}

const char *docker_cache_tag(Arena *arena, const char *key)
{
    return arena_printf(arena, CACHE_REPOSITORY ":%s", key);
}

static bool is_of_an_entry(Arena *arena, const CacheList *list, const char *image)
{
    for (size_t i = 0; i < list->count; i++) {
        CacheMeta meta;
        if (text_equal(list->items[i].provider, "docker") &&
            cache_find(arena, "docker", list->items[i].key, &meta) &&
            text_equal(cache_value(arena, &meta, "image"), image))
            return true;
    }
    return false;
}

/* Images of this store whose entry is gone. */
static void sweep_images(Arena *arena, const DockerEngine *engine)
{
    const char *label = arena_printf(arena, "label=" DOCKER_CACHE_LABEL "=%s", docker_store_mark(arena));
    const char *arguments[] = {"image", "ls", "--no-trunc", "--quiet", "--filter", label, NULL};
    DockerCall call = {.arguments = arguments};
    ProcessResult result;
    Error ignored = {0};
    StringList images = {0};
    CacheList list;
    if (cache_list(arena, &list, &ignored) && docker_call(arena, engine, &call, &result, &ignored))
        text_split(arena, result.out.data, '\n', &images);
    error_clear(&ignored);
    for (size_t i = 0; i < images.count; i++) {
        if (!is_of_an_entry(arena, &list, images.items[i]))
            docker_remove_image(engine, NULL, images.items[i]);
    }
}

void docker_sweep(void)
{
    Arena *arena = arena_new();
    DockerEngine engine;
    Error ignored = {0};
    if (throwaway_docker_answers() && docker_engine(arena, &engine, &ignored)) {
        docker_sweep_engine(&engine);
        sweep_images(arena, &engine);
    }
    error_clear(&ignored);
    arena_free(arena);
}

void docker_forget(const CacheMeta *meta)
{
    Arena *arena = arena_new();
    DockerEngine engine;
    Error ignored = {0};
    const char *endpoint = cache_value(arena, meta, "endpoint");
    const char *image = cache_value(arena, meta, "image");
    if (image != NULL && docker_engine(arena, &engine, &ignored) &&
        text_equal(endpoint, engine.endpoint))
        docker_remove_image(&engine, docker_cache_tag(arena, meta->key), image);
    error_clear(&ignored);
    arena_free(arena);
}
