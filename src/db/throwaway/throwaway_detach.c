/* Throwaway servers that live on without the process that made them, and finding them again. */
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "throwaway_provider.h"

static const ThrowawayProvider *const providers[] = {&throwaway_embedded, &throwaway_docker,
                                                     &throwaway_existing};

char *throwaway_handle_value(Arena *arena, const char *handle, const char *name, size_t n)
{
    size_t len = strlen(name);
    for (const char *line = handle; line != NULL && *line != '\0';) {
        if (strncmp(line, name, len) == 0 && line[len] == '=' && n-- == 0)
            return arena_strndup(arena, line + len + 1, strcspn(line + len + 1, "\n"));
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

static const ThrowawayProvider *provider_of(const char *handle)
{
    Arena *arena = arena_new();
    const ThrowawayProvider *found = NULL;
    const char *name = throwaway_handle_value(arena, handle, "provider", 0);
    for (size_t i = 0; name != NULL && i < ARRAY_LENGTH(providers); i++) {
        if (text_equal(providers[i]->name, name))
            found = providers[i];
    }
    arena_free(arena);
    return found;
}

bool throwaway_detach(Arena *arena, Throwaway *throwaway, char **ret_handle, Error *err)
{
    Buf text = {0};
    buf_printf(&text, "provider=%s\n", throwaway->provider->name);
    bool ok = throwaway->provider->detach(throwaway, &text, err);
    if (ok) {
        buf_printf(&text, "admin=%s\n", throwaway->admin_url);
        *ret_handle = buf_steal(&text, arena);
        throwaway->stopped = true;
        cleanup_forget(throwaway->cleanup);
        throwaway->cleanup = 0;
    }
    buf_free(&text);
    return ok;
}

bool throwaway_kept_alive(const char *handle)
{
    const ThrowawayProvider *provider = provider_of(handle);
    return provider != NULL && provider->kept_alive(handle);
}

bool throwaway_kept_drop(const char *handle, Error *err)
{
    const ThrowawayProvider *provider = provider_of(handle);
    if (provider == NULL)
        return error_set(err, EXIT_USAGE, "the record of this database is not complete");
    return provider->kept_drop(handle, err);
}

char *throwaway_kept_log(Arena *arena, const char *handle, size_t lines)
{
    const ThrowawayProvider *provider = provider_of(handle);
    return provider == NULL || provider->kept_log == NULL ? NULL
                                                          : provider->kept_log(arena, handle, lines);
}

char *throwaway_kept_admin(Arena *arena, const char *handle)
{
    return throwaway_kept_alive(handle) ? throwaway_handle_value(arena, handle, "admin", 0) : NULL;
}
