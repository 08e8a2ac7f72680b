/* Single files of git's index, such as a deployment template that is about to be committed. */
#include <string.h>

#include "dbmig/project/git.h"

/* The entry of just that file: with its path as the prefix, what is left of its name is nothing. */
static const GitFile *pick(const GitFileList *files)
{
    for (size_t i = 0; i < files->count; i++)
        if (files->items[i].name[0] == '\0' && !files->items[i].link)
            return &files->items[i];
    return NULL;
}

bool git_read_staged(Arena *arena, const char *path, Bytes *ret, bool *ret_found, Error *err)
{
    GitRepo repo;
    GitFileList files;
    Error no_repository = {0};
    bool found = git_find(arena, file_folder_of(arena, path), &repo, &no_repository);
    error_clear(&no_repository);
    *ret_found = false;
    if (!found)
        return true;
    repo.prefix = arena_printf(arena, "%s%s", repo.prefix, file_name_of(path));
    if (!git_list_staged(arena, &repo, &files, err))
        return false;
    const GitFile *file = pick(&files);
    *ret_found = file != NULL;
    return file == NULL || git_read_blobs(arena, &repo, &file->blob, 1, ret, err);
}
