/* Folders in which a whole file is a migration, or takes one back. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

typedef VEC(FormatFile) FileList;

static int compare_rest(const FormatFile *left, const FormatFile *right)
{
    int order = left->down - right->down;

    if (order == 0)
        order = left->rank - right->rank;
    return order != 0 ? order : strcmp(left->name, right->name);
}

static int compare_by_version(const void *a, const void *b)
{
    const FormatFile *left = a, *right = b;
    int order = version_compare(left->version, right->version);

    return order != 0 ? order : compare_rest(left, right);
}

static int compare_by_key(const void *a, const void *b)
{
    const FormatFile *left = a, *right = b;
    int order = strcmp(left->key, right->key);

    return order != 0 ? order : compare_rest(left, right);
}

static bool take_files(FormatRead *read, FormatNameFunction parse, FileList *ret)
{
    for (size_t i = 0; i < read->names->count; i++) {
        FormatFile file = {.name = read->names->items[i]};
        const char *why = NULL;

        if (!text_ends(file.name, ".sql"))
            continue;
        if (!parse(read, &file, &why))
            return false;
        if (why != NULL)
            format_skip(read, file.name, why);
        else
            VEC_PUSH(read->scratch, *ret, file);
    }
    return true;
}

/* Of two files for one step the one with the lower rank, made for this database, is taken. */
static bool superseded(const FileList *files, size_t i, bool by_key)
{
    const FormatFile *file = &files->items[i], *before = i > 0 ? &files->items[i - 1] : NULL;

    return before != NULL && before->rank < file->rank && before->down == file->down &&
           (by_key ? strcmp(before->key, file->key) : version_compare(before->version, file->version)) == 0;
}

static bool has_migration(const FileList *files, const FormatFile *file)
{
    for (size_t i = 0; i < files->count; i++)
        if (!files->items[i].down && strcmp(files->items[i].version, file->version) == 0)
            return true;
    return false;
}

static bool add_file(FormatRead *read, const FileList *files, const FormatFile *file,
                     FormatHeadFunction head)
{
    TxMode mode = file->mode;
    Migration *item;
    Bytes text;

    if (file->down && !has_migration(files, file))
        return format_fail(read, file->name, 0, "%s takes back a migration that is not there",
                           file->name);
    if (!format_text(read, file->name, &text) ||
        (head != NULL && !head(read, file, &text, &mode)))
        return false;
    item = format_add(read, file->down ? MIGRATION_UNDO : MIGRATION_PLAIN, file->name,
                      file->version, file->description);
    item->tx_mode = mode;
    return true;
}

bool format_read_files(FormatRead *read, FormatNameFunction parse, FormatHeadFunction head,
                       bool by_key)
{
    FileList files = {0};

    if (!take_files(read, parse, &files))
        return false;
    if (files.count > 1)
        qsort(files.items, files.count, sizeof(FormatFile),
              by_key ? compare_by_key : compare_by_version);
    for (size_t i = 0; i < files.count; i++) {
        if (superseded(&files, i, by_key))
            format_skip(read, files.items[i].name, "the one for PostgreSQL is");
        else if (!add_file(read, &files, &files.items[i], head))
            return false;
    }
    return true;
}

bool format_strip_ending(FormatRead *read, const char *name, const char *ending, const char **ret)
{
    if (!text_ends(name, ending))
        return false;
    *ret = arena_strndup(read->scratch, name, strlen(name) - strlen(ending));
    return true;
}
