/* Carries out what rebase_plan.c worked out: renames, sum file, templates. */
#include "dbmig/engine/rebase.h"

#include <string.h>

#include "dbmig/engine/gitbase.h"
#include "dbmig/project/sumfile.h"
#include "rebase_plan.h"

/* ---- the folder as it will be ---- */

typedef struct Renamed {
    const char *folder;
    StringList names; /* as they will be */
    StringList files; /* where each is now */
} Renamed;

static bool renamed_list(void *context, Arena *arena, StringList *ret, Error *err)
{
    const Renamed *renamed = context;
    (void)err;
    for (size_t i = 0; i < renamed->names.count; i++)
        VEC_PUSH(arena, *ret, renamed->names.items[i]);
    return true;
}

static bool renamed_read(void *context, Arena *arena, const char *name, Bytes *ret, Error *err)
{
    const Renamed *renamed = context;
    for (size_t i = 0; i < renamed->names.count; i++)
        if (strcmp(renamed->names.items[i], name) == 0)
            return file_read(arena, file_join(arena, renamed->folder, renamed->files.items[i]), ret,
                             err);
    return error_set(err, EXIT_USAGE, "there is no %s", name);
}

static const char *new_name(const RebaseMoves *moves, const char *name)
{
    for (size_t i = 0; i < moves->count; i++)
        if (strcmp(moves->items[i].from, name) == 0)
            return moves->items[i].to;
    return name;
}

static bool load_renamed(Arena *arena, const RebaseOptions *options, const StringList *files,
                         const RebaseResult *result, MigrationFolder *ret, Error *err)
{
    FolderSource *source = arena_alloc(arena, sizeof(*source));
    Renamed *renamed = arena_alloc(arena, sizeof(*renamed));
    renamed->folder = result->folder;
    for (size_t i = 0; i < files->count; i++) {
        VEC_PUSH(arena, renamed->files, files->items[i]);
        VEC_PUSH(arena, renamed->names, new_name(&result->moves, files->items[i]));
    }
    *source = (FolderSource){renamed_list, renamed_read, renamed};
    return migration_load(arena, options->dir, source, ret, err) ||
           error_prefix(err, "nothing was renamed");
}

/* ---- renaming ---- */

static bool check_free(Arena *arena, const RebaseResult *result, const StringList *files,
                       Error *err)
{
    for (size_t i = 0; i < result->moves.count; i++) {
        const char *to = result->moves.items[i].to;
        bool moves_away = false;
        for (size_t j = 0; j < files->count; j++)
            moves_away = moves_away || strcmp(files->items[j], to) == 0;
        const char *path = file_join(arena, result->folder, to);
        if (!moves_away && file_kind(path) != FILE_MISSING)
            return error_set(err, EXIT_USAGE, "nothing was renamed: %s is in the way", path);
    }
    return true;
}

static bool rename_one(const char *folder, const char *from, const char *to, Error *err)
{
    Arena *scratch = arena_new();
    bool done = file_rename(file_join(scratch, folder, from), file_join(scratch, folder, to), err);
    arena_free(scratch);
    return done;
}

/* From the last to the first: a version is free when its turn comes, and the order always right. */
static bool rename_all(const RebaseResult *result, Error *err)
{
    const RebaseMoves *moves = &result->moves;
    for (size_t i = moves->count; i > 0; i--) {
        if (rename_one(result->folder, moves->items[i - 1].from, moves->items[i - 1].to, err))
            continue;
        Error ignored = {0};
        for (; i < moves->count; i++)
            rename_one(result->folder, moves->items[i].to, moves->items[i].from, &ignored);
        error_clear(&ignored);
        return false;
    }
    return true;
}

/* ---- the whole ---- */

static bool write_all(Arena *arena, const RebaseOptions *options, const MigrationFolder *renamed,
                      const TemplateEdits *edits, RebaseResult *result, Error *err)
{
    if (options->on_plan != NULL)
        options->on_plan(options->context, &result->moves);
    if (options->dry_run)
        return true;
    if (!rename_all(result, err))
        return false;
    if (!sumfile_write(arena, renamed, &result->sum_changed, err) || !template_write(edits, err)) {
        error_hint(err,
                   "The files have their new names. Run the command again when this is mended.");
        return false;
    }
    return true;
}

static void list_changed(Arena *arena, const TemplateEdits *edits, StringList *ret)
{
    for (size_t i = 0; i < edits->count; i++)
        if (edits->items[i].changed)
            VEC_PUSH(arena, *ret, edits->items[i].file);
}

/* What a new version is called, and whether the tool would take it, is the tool's own matter. */
static bool check_format(Arena *arena, const RebaseOptions *options, Error *err)
{
    MigrationFolder folder;
    Error ignored = {0};
    /* What else may be wrong with the folder, rebase is there to mend. */
    (void)migration_load(arena, options->dir, NULL, &folder, &ignored);
    error_clear(&ignored);
    if (!format_foreign(folder.format))
        return true;
    error_set(err, EXIT_USAGE, "rebase does not renumber the migrations of %s",
              format_name(folder.format));
    return error_hint(err, "Rename the new files by hand, or move the folder over: dbmig import.");
}

bool rebase_run(Arena *arena, const RebaseOptions *options, RebaseResult *ret, Error *err)
{
    static const TemplateList none = {0};
    const TemplateList *templates = options->templates != NULL ? options->templates : &none;
    StringList files = {0};
    BaseNews news;
    MigrationFolder renamed;
    TemplateEdits edits;
    *ret = (RebaseResult){.folder = migration_folder_path(arena, options->dir)};
    if (!check_format(arena, options, err) || !rebase_plan(arena, options, ret, &files, err) ||
        !check_free(arena, ret, &files, err) ||
        !load_renamed(arena, options, &files, ret, &renamed, err) ||
        !gitbase_compare(arena, &renamed, options->git_base, options->out_of_order, &news, err))
        return false;
    const char *header = sumfile_of_folder(arena, &renamed);
    if (!template_plan(arena, templates, header, &edits, err))
        return false;
    ret->sum = arena_printf(arena, "h1:%s", header);
    ret->warnings = renamed.warnings;
    list_changed(arena, &edits, &ret->templates);
    return write_all(arena, options, &renamed, &edits, ret, err);
}
