/* Turns another tool's migrations into files of our own naming. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/import.h"
#include "dbmig/project/marker.h"
#include "dbmig/project/sumfile.h"

enum { LONGEST_DESCRIPTION = 150 };

typedef struct Convert {
    Arena *arena;
    const MigrationFolder *source;
    const char *target;
    ImportFiles *files;
    Error *err;
} Convert;

/* ---- names ---- */

/* Whether versions order the files as the tool does. */
static bool in_version_order(const MigrationFolder *source)
{
    for (size_t i = 0; i < source->run_count; i++)
        if (!version_valid(source->run[i]->version) ||
            (i > 0 && version_compare(source->run[i - 1]->version, source->run[i]->version) >= 0))
            return false;
    return true;
}

/* A file name takes neither blanks nor what some system has no place for. */
static char *file_words(Arena *arena, const char *text)
{
    char *words = arena_strndup(arena, text, strnlen(text, LONGEST_DESCRIPTION));
    size_t len = strlen(words);

    while (len > 0 && text_utf8_bad(words, len) != len)
        words[--len] = '\0';
    for (char *c = words; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || strchr("/\\:*?\"<>|", *c) != NULL)
            *c = '_';
    while (*words == '_' || *words == '.')
        words++;
    return *words == '\0' ? arena_strdup(arena, "migration") : words;
}

/* The place of a migration, or of the one that it takes back, among those that run. */
static size_t position_of(const MigrationFolder *source, const Migration *item)
{
    for (size_t i = 0; i < source->run_count; i++)
        if (source->run[i] == item || strcmp(source->run[i]->version, item->version) == 0)
            return i;
    return source->run_count;
}

static char *name_of(Convert *convert, const Migration *item)
{
    Arena *arena = convert->arena;
    char prefix = item->kind == MIGRATION_UNDO ? 'U' : 'V';

    if (convert->files->renumbered)
        return arena_printf(arena, "%c%zu__%s.sql", prefix, position_of(convert->source, item) + 1,
                            file_words(arena, arena_printf(arena, "%s %s", item->raw_version,
                                                           item->description)));
    return arena_printf(arena, "%c%s__%s.sql", prefix, item->version,
                        file_words(arena, item->description));
}

/* ---- contents ---- */

/* All but the tool's own marks, which would have the file refused. */
static void add_lines(const Convert *convert, const char *text, size_t len, Buf *out)
{
    const char *end = text + len;

    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        size_t size = feed == NULL ? (size_t)(end - text) : (size_t)(feed - text) + 1;

        if (marker_of_line(text, size) != convert->source->format)
            buf_add(out, text, size);
        text += size;
    }
}

static void end_statement(Buf *out)
{
    size_t len = out->len;

    while (len > 0 && strchr(" \t\r\n", out->data[len - 1]) != NULL)
        len--;
    if (len > 0 && out->data[len - 1] != ';')
        buf_add_str(out, out->data[out->len - 1] == '\n' ? ";\n" : "\n;\n");
}

static void add_parts(const Convert *convert, const Migration *item, const Bytes *text, Buf *out)
{
    MigrationPart whole = {0, text->len, false};
    size_t count = item->part_only ? item->part_count : 1;
    bool bom = text->len >= 3 && memcmp(text->data, "\xef\xbb\xbf", 3) == 0;

    for (size_t i = 0; i < count; i++) {
        MigrationPart part = item->part_only ? item->parts[i] : whole;

        if (part.from == 0 && bom)
            part.from = 3;
        add_lines(convert, text->data + part.from, part.to - part.from, out);
        if (part.terminate)
            end_statement(out);
    }
}

static bool read_text(Convert *convert, const Migration *item, Bytes *ret)
{
    if (item->staged != NULL) {
        *ret = *item->staged;
        return true;
    }
    return file_read(convert->arena, item->path, ret, convert->err);
}

static bool convert_one(Convert *convert, const Migration *item)
{
    ImportFile file = {.name = name_of(convert, item), .source = item};
    Bytes text;
    Buf parts = {0}, out = {0};
    bool empty;

    if (!read_text(convert, item, &text))
        return false;
    add_parts(convert, item, &text, &parts);
    empty = strspn(buf_text(&parts), " \t\r\n") == parts.len;
    if (item->tx_mode == TXMODE_NONE && directive_find(&item->directives, "txmode") == NULL)
        buf_add_str(&out, "-- dbmig:txmode none\n\n");
    buf_add(&out, buf_text(&parts), parts.len);
    buf_free(&parts);
    file.len = out.len;
    file.content = buf_steal(&out, convert->arena);
    if (item->kind == MIGRATION_UNDO && empty)
        return true; /* there is a down part, and nothing in it */
    VEC_PUSH(convert->arena, convert->files->list, file);
    return true;
}

/* ---- the target ---- */


static bool check_there(Convert *convert, ImportFile *file, const char *path)
{
    Bytes text;

    if (!file_read(convert->arena, path, &text, convert->err))
        return false;
    file->there = text.len == file->len && memcmp(text.data, file->content, text.len) == 0;
    if (file->there)
        return true;
    error_set(convert->err, EXIT_USAGE, "%s is there with another content, and stays so", path);
    error_hint(convert->err, "Import to a new folder: --dir DIR.");
    return error_at(convert->err, path, 0, 0);
}

static bool check_target(Convert *convert)
{
    StringList names = {0};
    Map *map = map_new(convert->arena);

    for (size_t i = 0; i < convert->files->list.count; i++)
        map_set(map, convert->files->list.items[i].name, &convert->files->list.items[i]);
    convert->files->missing = convert->files->list.count;
    if (file_kind(convert->target) == FILE_MISSING)
        return true;
    if (!file_list(convert->arena, convert->target, &names, convert->err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *path = file_join(convert->arena, convert->target, names.items[i]);
        ImportFile *file = map_get(map, names.items[i]);

        if (strcmp(names.items[i], SUMFILE_NAME) == 0)
            continue;
        if (file == NULL) {
            error_set(convert->err, EXIT_USAGE, "the folder %s has other files, such as %s",
                      convert->target, names.items[i]);
            error_hint(convert->err, "Import to a new folder: --dir DIR.");
            return error_at(convert->err, path, 0, 0);
        }
        if (!check_there(convert, file, path))
            return false;
        convert->files->missing--;
    }
    return true;
}

static bool check_names(Convert *convert)
{
    Map *map = map_new(convert->arena);

    for (size_t i = 0; i < convert->files->list.count; i++) {
        const char *name = convert->files->list.items[i].name;

        if (map_has(map, name))
            return error_set(convert->err, EXIT_USAGE, "two migrations would be called %s", name);
        map_set(map, name, convert);
    }
    return true;
}

bool import_files_plan(Arena *arena, const MigrationFolder *source, const char *target,
                       ImportFiles *ret, Error *err)
{
    Convert convert = {
        .arena = arena, .source = source, .target = target, .files = ret, .err = err};

    *ret = (ImportFiles){.renumbered = !in_version_order(source)};
    if (ret->renumbered)
        VEC_PUSH(arena, ret->warnings,
                 arena_printf(arena, "%s runs its migrations in another order than that of their "
                              "versions: they are numbered anew, from 1", format_name(source->format)));
    for (size_t i = 0; i < source->count; i++)
        if (!convert_one(&convert, &source->items[i]))
            return false;
    return check_names(&convert) && check_target(&convert);
}

bool import_files_write(Arena *arena, const ImportFiles *files, const char *target, Error *err)
{
    MigrationFolder folder;
    bool changed;

    if (!file_make_folder(target, 0755, err))
        return false;
    for (size_t i = 0; i < files->list.count; i++) {
        const ImportFile *file = &files->list.items[i];

        if (!file->there && !file_create_unsynced(file_join(arena, target, file->name),
                                                  file->content, file->len, 0644, err))
            return false;
    }
    file_sync_all();
    return migration_load_as(arena, target, NULL, FOLDER_FORMAT_FLYWAY, &folder, err) &&
           sumfile_write(arena, &folder, &changed, err);
}
