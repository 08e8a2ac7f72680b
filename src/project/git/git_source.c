/* A migrations folder as it is at a git revision or in the index, as a source for migration_load().
 */
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/project/git.h"
#include "dbmig/project/sumfile.h"
#include "dbmig/project/walk.h"

typedef struct GitContent {
    StringList names;
    Map *bytes; /* by name; NULL for a symbolic link */
} GitContent;

static bool source_list(void *context, Arena *arena, StringList *ret, Error *err)
{
    const GitContent *content = context;

    (void)err;
    for (size_t i = 0; i < content->names.count; i++)
        VEC_PUSH(arena, *ret, content->names.items[i]);
    return true;
}

static bool source_read(void *context, Arena *arena, const char *name, Bytes *ret, Error *err)
{
    const GitContent *content = context;
    const Bytes *bytes = map_get(content->bytes, name);

    (void)arena;
    if (bytes == NULL) {
        error_set(err, EXIT_USAGE, "%s is a symbolic link in git, which cannot be read from there",
                  name);
        error_hint(err, "Put the file itself into the folder.");
        return error_at(err, name, 0, 0);
    }
    *ret = *bytes;
    return true;
}

static bool matters(const GitFile *file)
{
    return walk_listed(file->name) || strcmp(file->name, SUMFILE_NAME) == 0;
}

static bool read_files(Arena *arena, const GitRepo *repo, const GitFileList *files,
                       GitContent *content, Error *err)
{
    const char **ids = arena_calloc(arena, files->count + 1, sizeof(*ids));
    const char **names = arena_calloc(arena, files->count + 1, sizeof(*names));
    Bytes *bytes = arena_calloc(arena, files->count + 1, sizeof(*bytes));
    size_t count = 0;

    for (size_t i = 0; i < files->count; i++) {
        const GitFile *file = &files->items[i];

        if (!matters(file))
            continue;
        VEC_PUSH(arena, content->names, file->name);
        if (file->link)
            continue;
        names[count] = file->name;
        ids[count++] = file->blob;
    }
    if (!git_read_blobs(arena, repo, ids, count, bytes, err))
        return false;
    for (size_t i = 0; i < count; i++)
        map_set(content->bytes, names[i], &bytes[i]);
    return true;
}

bool git_source(Arena *arena, const GitRepo *repo, const char *commit, FolderSource *ret,
                Error *err)
{
    GitContent *content = arena_alloc(arena, sizeof(*content));
    GitFileList files;

    content->bytes = map_new(arena);
    if (commit != NULL ? !git_list(arena, repo, commit, &files, err)
                       : !git_list_staged(arena, repo, &files, err))
        return false;
    if (!read_files(arena, repo, &files, content, err))
        return false;
    *ret = (FolderSource){source_list, source_read, content};
    return true;
}
