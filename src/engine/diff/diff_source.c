/* What the words of `diff`, `inspect` and `create` mean. How a schema comes from there: diff_load.c. */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "dbmig/db/url.h"
#include "dbmig/engine/diff.h"
#include "dbmig/project/sumfile.h"

/* ---- words ---- */

static bool looks_like_url(const char *text)
{
    static const char *const schemes[] = {"postgres://", "postgresql://", "jdbc:", "postgresql+",
                                          "postgres+"};
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        if (text_starts(text, schemes[i]))
            return true;
    }
    /* A conninfo string: word=value, and no such path. */
    size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    return word > 0 && text[word] == '=' && file_kind(text) == FILE_MISSING;
}

static bool parse_url(Arena *arena, const char *text, DiffSource *ret, Error *err)
{
    DatabaseUrl url;
    if (!url_parse(arena, text, &url, err))
        return false;
    ret->kind = DIFF_URL;
    ret->url = text;
    ret->shown = url.shown;
    return true;
}

/* V1__x.sql, R__x.sql, or a sum file beside them: the folder is a history, not a schema. */
static bool is_history(Arena *arena, const char *folder, const StringList *names)
{
    if (file_kind(file_join(arena, folder, SUMFILE_NAME)) != FILE_MISSING)
        return true;
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        if (!text_ends(name, ".sql"))
            continue;
        size_t digits = strspn(name + 1, "0123456789._");
        if (strchr("VUB", name[0]) && digits > 0 && memchr(name + 1, '_', digits))
            return true;
        if (text_starts(name, "R__"))
            return true;
    }
    return false;
}

static bool add_folder(Arena *arena, const char *folder, StringList *ret, Error *err)
{
    StringList names = {0};
    if (!file_list(arena, folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *path = file_join(arena, folder, names.items[i]);
        if (names.items[i][0] == '.')
            continue;
        if (file_kind(path) == FILE_FOLDER && !add_folder(arena, path, ret, err))
            return false;
        if (file_kind(path) == FILE_REGULAR && text_ends(path, ".sql"))
            VEC_PUSH(arena, *ret, path);
    }
    return true;
}

static bool parse_folder(Arena *arena, const char *path, const char *text, DiffSource *ret, Error *err)
{
    StringList names = {0};
    FolderFormat format;
    if (!file_list(arena, path, &names, err) || !migration_find_format(arena, text, &format, err))
        return false;
    if (format != FOLDER_FORMAT_AUTO || is_history(arena, path, &names)) {
        ret->kind = DIFF_FOLDER;
        ret->folder = text;
        return true;
    }
    ret->kind = DIFF_SQL;
    return add_folder(arena, path, &ret->files, err);
}

static bool add_path(Arena *arena, const char *path, DiffSource *ret, Error *err)
{
    FileKind kind = file_kind(path);
    if (kind == FILE_FOLDER)
        return add_folder(arena, path, &ret->files, err);
    if (kind == FILE_MISSING)
        return error_set(err, EXIT_USAGE, "%s: no such file or folder", path);
    VEC_PUSH(arena, ret->files, arena_strdup(arena, path));
    return true;
}

bool diff_source_configured(Arena *arena, Config *config, DiffSource *ret, Error *err)
{
    SchemaSource source = {0};
    *ret = (DiffSource){.shown = "the schema source"};
    if (config && !config_schema_source(config, &source, err))
        return false;
    switch (source.kind) {
    case SOURCE_NONE:
        error_set(err, EXIT_USAGE, "no schema source is configured");
        return error_hint(err, "Set src in the env block of atlas.hcl, or name the source.");
    case SOURCE_URL:
        return parse_url(arena, source.url, ret, err);
    case SOURCE_PROGRAM:
        ret->kind = DIFF_PROGRAM;
        ret->program = source.program;
        ret->program_folder = source.folder;
        ret->shown = source.program.items[0];
        return true;
    case SOURCE_PATHS:
        break;
    }
    ret->kind = DIFF_SQL;
    ret->paths = source.paths;
    for (size_t i = 0; i < source.paths.count; i++) {
        if (!add_path(arena, source.paths.items[i], ret, err))
            return false;
    }
    return true;
}

bool diff_source_parse(Arena *arena, Config *config, const char *text, DiffSource *ret, Error *err)
{
    if (strcmp(text, "env://src") == 0)
        return diff_source_configured(arena, config, ret, err);
    *ret = (DiffSource){.shown = text};
    if (looks_like_url(text))
        return parse_url(arena, text, ret, err);
    const char *path = migration_folder_path(arena, text);
    if (file_kind(path) == FILE_FOLDER)
        return parse_folder(arena, path, text, ret, err);
    ret->kind = DIFF_SQL;
    if (file_kind(path) != FILE_MISSING)
        return add_path(arena, path, ret, err);
    error_set(err, EXIT_USAGE, "%s: no such file or folder", text);
    return error_hint(err, "A source is a database URL (postgres://…), a migrations folder, an SQL file or "
                           "a folder of such, or env://src.");
}
