/* Records of databases that outlive their commands, a file each in the state folder. */
#include "dbmig/engine/dbstore.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"

#define FIRST_LINE "dbmig database 1"
#define NAME_LENGTH 32

static bool folder_of(Arena *arena, char **ret, Error *err)
{
    char *top;
    if (!file_state_folder(arena, &top, err))
        return false;
    *ret = file_join(arena, top, "databases");
    return file_make_folder(*ret, 0700, err);
}

static char *file_of(Arena *arena, const char *folder, const char *kind, const char *project,
                     const char *name)
{
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_begin(&sha);
    sha256_add_field(&sha, kind, strlen(kind));
    sha256_add_field(&sha, project, strlen(project));
    sha256_add_field(&sha, name, strlen(name));
    sha256_digest(&sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_printf(arena, "%s/%.*s", folder, NAME_LENGTH, hex);
}

/* ---- Reading ---- */

/* The handle's own lines stand behind "handle:", each as it is. */
static bool parse(Arena *arena, char *text, DbRecord *ret)
{
    const char *const fields[] = {"kind=", "project=", "name=", "server=", "template="};
    const char **const places[] = {&ret->kind, &ret->project, &ret->name, &ret->server,
                                   &ret->template_name};
    char *end = strstr(text, "\nhandle:\n");
    if (!text_starts(text, FIRST_LINE "\n") || end == NULL)
        return false;
    *ret = (DbRecord){.handle = end + strlen("\nhandle:\n")};
    *end = '\0';
    for (char *line = strchr(text, '\n'); line != NULL;) {
        char *next = strchr(++line, '\n');
        if (next != NULL)
            *next = '\0';
        for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
            if (text_starts(line, fields[i]))
                *places[i] = line + strlen(fields[i]);
        }
        if (text_starts(line, "created="))
            text_to_int64(line + strlen("created="), &ret->created);
        if (text_starts(line, "env="))
            VEC_PUSH(arena, ret->env, line + strlen("env="));
        line = next;
    }
    return ret->kind != NULL && ret->project != NULL && ret->name != NULL && ret->server != NULL &&
           ret->template_name != NULL;
}

static bool read_record(Arena *arena, const char *path, DbRecord *ret)
{
    Bytes text;
    Error ignored = {0};
    bool ok = file_read(arena, path, &text, &ignored) &&
              parse(arena, arena_strndup(arena, text.data, text.len), ret);
    error_clear(&ignored);
    return ok;
}

static int by_age(const void *a, const void *b)
{
    const DbRecord *x = a;
    const DbRecord *y = b;
    return x->created != y->created ? (x->created < y->created ? -1 : 1) : strcmp(x->name, y->name);
}

bool dbstore_list(Arena *arena, const char *kind, const char *project, DbRecords *ret, Error *err)
{
    char *folder;
    StringList names = {0};
    *ret = (DbRecords){0};
    if (!folder_of(arena, &folder, err) || !file_list(arena, folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        DbRecord record;
        char *path = file_join(arena, folder, names.items[i]);
        if (!read_record(arena, path, &record)) {
            log_debug("%s is not a record of a database", path);
            continue;
        }
        if (text_equal(record.kind, kind) && (project == NULL || text_equal(record.project, project)))
            VEC_PUSH(arena, *ret, record);
    }
    if (ret->count > 1)
        qsort(ret->items, ret->count, sizeof(*ret->items), by_age);
    return true;
}

bool dbstore_find(Arena *arena, const char *kind, const char *project, const char *name,
                  DbRecord *ret)
{
    char *folder;
    Error ignored = {0};
    bool found = folder_of(arena, &folder, &ignored) &&
                 read_record(arena, file_of(arena, folder, kind, project, name), ret);
    error_clear(&ignored);
    return found;
}

/* ---- Writing ---- */

bool dbstore_save(const DbRecord *record, Error *err)
{
    Arena *arena = arena_new();
    char *folder;
    Buf text = {0};
    buf_printf(&text, FIRST_LINE "\nkind=%s\nproject=%s\nname=%s\ncreated=%lld\nserver=%s\ntemplate=%s\n",
               record->kind, record->project, record->name, (long long)record->created,
               record->server, record->template_name);
    for (size_t i = 0; i < record->env.count; i++)
        buf_printf(&text, "env=%s\n", record->env.items[i]);
    buf_printf(&text, "handle:\n%s", record->handle);
    bool ok = folder_of(arena, &folder, err) &&
              file_write_atomic(file_of(arena, folder, record->kind, record->project, record->name),
                                buf_text(&text), text.len, 0600, err);
    buf_free(&text);
    arena_free(arena);
    return ok;
}

bool dbstore_forget(const DbRecord *record, Error *err)
{
    Arena *arena = arena_new();
    char *folder;
    bool ok = folder_of(arena, &folder, err) &&
              file_remove(file_of(arena, folder, record->kind, record->project, record->name), err);
    arena_free(arena);
    return ok;
}

const char *dbstore_variable(const DbRecord *record, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < record->env.count; i++) {
        if (strncmp(record->env.items[i], name, len) == 0 && record->env.items[i][len] == '=')
            return record->env.items[i] + len + 1;
    }
    return NULL;
}
