/* A schema source of SQL files as git's index has it. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"
#include "dbmig/project/git.h"

static bool is_schema_file(const GitFile *file)
{
    return file->name[0] != '.' && strstr(file->name, "/.") == NULL && text_ends(file->name, ".sql");
}

/* As a folder is read from the disk: name by name, so that a folder "a" comes before "a.sql". */
static int compare_paths(const void *a, const void *b)
{
    const char *left = ((const GitFile *)a)->name, *right = ((const GitFile *)b)->name;
    for (;; left++, right++) {
        unsigned char l = *left == '/' ? 1 : (unsigned char)*left;
        unsigned char r = *right == '/' ? 1 : (unsigned char)*right;
        if (l != r || l == '\0')
            return (l > r) - (l < r);
    }
}

static bool add_file(Arena *arena, DiffSource *source, const char *path, Bytes content)
{
    VEC_PUSH(arena, source->files, path);
    VEC_PUSH(arena, source->texts, content);
    return true;
}

static bool add_folder(Arena *arena, const char *folder, DiffSource *source, bool *ret_found, Error *err)
{
    GitRepo repo;
    GitFileList all, files = {0};
    if (!git_find(arena, folder, &repo, err) || !git_list_staged(arena, &repo, &all, err))
        return false;
    for (size_t i = 0; i < all.count; i++) {
        const GitFile *file = &all.items[i];
        if (!is_schema_file(file))
            continue;
        if (file->link) {
            error_set(err, EXIT_USAGE, "%s is a symbolic link in git, which cannot be read from there",
                      file->name);
            return error_hint(err, "Put the file itself into the folder.");
        }
        VEC_PUSH(arena, files, *file);
    }
    if (files.count > 1)
        qsort(files.items, files.count, sizeof(*files.items), compare_paths);
    const char **ids = arena_calloc(arena, files.count + 1, sizeof(*ids));
    Bytes *contents = arena_calloc(arena, files.count + 1, sizeof(*contents));
    for (size_t i = 0; i < files.count; i++)
        ids[i] = files.items[i].blob;
    if (!git_read_blobs(arena, &repo, ids, files.count, contents, err))
        return false;
    for (size_t i = 0; i < files.count; i++)
        add_file(arena, source, file_join(arena, folder, files.items[i].name), contents[i]);
    *ret_found = files.count > 0;
    return true;
}

static bool add_path(Arena *arena, const char *path, DiffSource *source, bool *ret_found, Error *err)
{
    Bytes content;
    if (!git_read_staged(arena, path, &content, ret_found, err))
        return false;
    if (*ret_found)
        return add_file(arena, source, path, content);
    /* A folder that is gone from the disk may be in the index; a file may be one that git ignores. */
    return file_kind(path) == FILE_REGULAR || add_folder(arena, path, source, ret_found, err);
}

static bool add_from_disk(Arena *arena, const char *path, const StringList *files, DiffSource *source,
                          Error *err)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *file = files->items[i];
        size_t len = strlen(path);
        Bytes content;
        if (strcmp(file, path) != 0 && (!text_starts(file, path) || file[len] != '/'))
            continue;
        if (!file_read(arena, file, &content, err))
            return error_prefix(err, "schema source");
        add_file(arena, source, file, content);
    }
    return true;
}

bool diff_source_read_staged(Arena *arena, DiffSource *source, StringList *notes, Error *err)
{
    if (source->kind != DIFF_SQL || source->was_read)
        return diff_source_read(arena, source, err);
    StringList on_disk = source->files;
    source->files = (StringList){0};
    for (size_t i = 0; i < source->paths.count; i++) {
        const char *path = source->paths.items[i];
        bool found = false;
        if (!add_path(arena, path, source, &found, err))
            return error_prefix(err, "schema source");
        if (found)
            continue;
        VEC_PUSH(arena, *notes, arena_printf(arena, "%s is not in git's index: read from the disk", path));
        if (!add_from_disk(arena, path, &on_disk, source, err))
            return false;
    }
    source->was_read = source->texts.count > 0;
    /* Without any file: the error of a source that is empty. */
    return source->was_read || diff_source_read(arena, source, err);
}
