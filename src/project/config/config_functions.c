/* The functions of atlas.hcl that look at files or the environment, and those on URLs. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "config_internal.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"

#define MAX_FOLDERS_DEEP 32

typedef struct Call {
    Config *config;
    const char **args;
    size_t count;
    HclValue *value;
    Error *err;
} Call;

static bool give(Call *call, const char *text)
{
    call->value = hcl_new_string(call->config->arena, text);
    return true;
}

static bool read_environment(Call *call)
{
    const char *value = getenv(call->args[0]);
    config_note_origin(call->config, FROM_ENVIRONMENT,
                       arena_printf(call->config->arena, "$%s", call->args[0]));
    return give(call, value == NULL ? "" : value);
}

static bool read_text(Call *call)
{
    Bytes content;
    const char *path = config_path(call->config, call->args[0]);
    config_note_origin(call->config, FROM_FILE,
                       arena_printf(call->config->arena, "the file %s", path));
    if (text_starts(path, "file://"))
        path += strlen("file://");
    if (!file_read(call->config->arena, path, &content, call->err))
        return false;
    if (strlen(content.data) != content.len ||
        text_utf8_bad(content.data, content.len) != content.len)
        return error_set(call->err, EXIT_USAGE, "%s is no UTF-8 text", path);
    return give(call, content.data);
}

typedef struct Walk {
    Arena *arena;
    const char *base; /* where the pattern starts */
    StringList found; /* relative to base */
} Walk;

static bool match_folder(Walk *walk, const char *folder, const char *pattern, int depth,
                         Error *err);

/* The rest of the pattern below one entry of a folder. */
static bool match_entry(Walk *walk, const char *name, const char *rest, int depth, Error *err)
{
    FileKind kind = file_kind(file_join(walk->arena, walk->base, name));
    if (rest == NULL) {
        if (kind == FILE_REGULAR)
            VEC_PUSH(walk->arena, walk->found, name);
        return true;
    }
    return kind != FILE_FOLDER || match_folder(walk, name, rest, depth + 1, err);
}

/* "**" stands for any number of folders, none included; hidden ones are left out. */
static bool match_folder(Walk *walk, const char *folder, const char *pattern, int depth, Error *err)
{
    StringList names = {0};
    const char *slash = strchr(pattern, '/');
    const char *rest = slash == NULL ? NULL : slash + 1;
    size_t len = slash == NULL ? strlen(pattern) : (size_t)(slash - pattern);
    const char *part = arena_strndup(walk->arena, pattern, len);
    bool any = strcmp(part, "**") == 0 && rest != NULL;
    if (depth > MAX_FOLDERS_DEEP)
        return true;
    if (strcmp(part, ".") == 0 || strcmp(part, "..") == 0)
        return match_entry(walk, file_join(walk->arena, folder, part), rest, depth, err);
    if (any && !match_folder(walk, folder, rest, depth + 1, err))
        return false;
    if (!file_list(walk->arena, file_join(walk->arena, walk->base, folder), &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *name =
            folder[0] == '\0' ? names.items[i] : file_join(walk->arena, folder, names.items[i]);
        if (any ? names.items[i][0] == '.' : fnmatch(part, names.items[i], FNM_PERIOD) != 0)
            continue;
        if (!match_entry(walk, name, any ? pattern : rest, depth, err))
            return false;
    }
    return true;
}

/* fileset(pattern), fileset(folder, pattern), glob(pattern): sorted paths, as the pattern has them.
 */
static bool list_files(Call *call)
{
    Config *config = call->config;
    const char *pattern = call->args[call->count - 1];
    const char *folder = call->count > 1 ? call->args[0] : "";
    if (text_starts(pattern, "file://"))
        pattern += strlen("file://");
    bool absolute = pattern[0] == '/';
    const char *base = absolute ? "/" : config_path(config, folder[0] == '\0' ? "." : folder);
    Walk walk = {.arena = config->arena, .base = base};
    config_note_origin(config, FROM_FILE, "the names of files");
    if (!match_folder(&walk, "", pattern + strspn(pattern, "/"), 0, call->err))
        return false;
    StringList *found = &walk.found;
    if (found->count > 0)
        qsort(found->items, found->count, sizeof(*found->items), text_compare_pointers);
    HclValue **items = arena_calloc(config->arena, found->count, sizeof(*items));
    for (size_t i = 0; i < found->count; i++)
        items[i] =
            hcl_new_string(config->arena, absolute ? file_join(config->arena, "/", found->items[i])
                                                   : found->items[i]);
    call->value = hcl_new_list(config->arena, items, found->count);
    return true;
}

static const char *escaped(Arena *arena, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    Buf out = {0};
    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL)
            buf_add_char(&out, *text);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*text);
    }
    return buf_steal(&out, arena);
}

/* urlqueryset(url, key, value): every other parameter stays as it stands. */
static bool set_query(Call *call)
{
    Arena *arena = call->config->arena;
    const char *url = call->args[0];
    size_t len = strcspn(url, "?#");
    const char *query = url[len] == '?' ? url + len + 1 : "";
    size_t query_len = strcspn(query, "#");
    const char *key = escaped(arena, call->args[1]);
    StringList parameters = {0};
    text_split(arena, arena_strndup(arena, query, query_len), '&', &parameters);
    Buf out = {0};
    buf_add(&out, url, len);
    char separator = '?';
    for (size_t i = 0; i < parameters.count; i++) {
        const char *parameter = parameters.items[i];
        size_t name_len = strcspn(parameter, "=");
        if (name_len == strlen(key) && strncmp(parameter, key, name_len) == 0)
            continue;
        buf_printf(&out, "%c%s", separator, parameter);
        separator = '&';
    }
    buf_printf(&out, "%c%s=%s", separator, key, escaped(arena, call->args[2]));
    return give(call, buf_steal(&out, arena));
}

/* urlsetpath(url, path). */
static bool set_path(Call *call)
{
    const char *url = call->args[0];
    const char *path = call->args[1];
    const char *scheme = strstr(url, "://");
    const char *authority = scheme == NULL ? url : scheme + 3;
    size_t len = (size_t)(authority - url) + strcspn(authority, "/?#");
    const char *rest = url + len + strcspn(url + len, "?#");
    return give(call, arena_printf(call->config->arena, "%.*s/%s%s", (int)len, url,
                                   path[0] == '/' ? path + 1 : path, rest));
}

static const struct {
    const char *name;
    bool (*function)(Call *call);
    size_t least, most;
} functions[] = {
    {"getenv", read_environment, 1, 1}, {"file", read_text, 1, 1},
    {"fileset", list_files, 1, 2},      {"glob", list_files, 1, 1},
    {"urlqueryset", set_query, 3, 3},   {"urlsetpath", set_path, 2, 2},
};

bool config_call(HclScope *scope, Arena *arena, const char *function, HclValue *const *args,
                 size_t count, HclValue **ret, Error *err)
{
    size_t i = 0;
    while (i < ARRAY_LENGTH(functions) && strcmp(functions[i].name, function) != 0)
        i++;
    if (i == ARRAY_LENGTH(functions))
        return hcl_call(arena, function, args, count, ret, err);
    if (count < functions[i].least || count > functions[i].most)
        return error_set(err, EXIT_USAGE, "%s() has %zu arguments", function, count);
    Call call = {.config = scope->context, .count = count, .err = err};
    call.args = arena_calloc(arena, count, sizeof(*call.args));
    for (size_t k = 0; k < count; k++) {
        if (!hcl_to_string(arena, args[k], &call.args[k]))
            return error_set(err, EXIT_USAGE, "argument %zu of %s() must be a string", k + 1,
                             function);
    }
    bool ok = functions[i].function(&call);
    *ret = call.value;
    return ok;
}
