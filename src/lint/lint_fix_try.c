/* The rewrites of --fix, tried before they count: what moves into a later file may be needed before it. */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "rules.h"

/* The files of the folder as the edits would leave them, in a folder of their own. */
static bool write_copy(Arena *arena, const MigrationFolder *folder, const LintEdits *edits, const char *copy,
                       Error *err)
{
    size_t len = strlen(folder->path);
    if (!file_copy_tree(folder->path, copy, err))
        return false;
    for (size_t i = 0; i < edits->count; i++) {
        const LintEdit *edit = &edits->items[i];
        const char *name = text_starts(edit->path, folder->path) && edit->path[len] == '/'
                               ? edit->path + len + 1
                               : edit->path;
        if (!file_write_atomic(file_join(arena, copy, name), edit->after, strlen(edit->after), 0600, err))
            return false;
    }
    return true;
}

static bool replays(Arena *arena, const char *copy, const ReplayOptions *options, Error *err)
{
    MigrationFolder folder;
    ReplayOptions quiet = *options;
    Replay replay;
    quiet.observer = NULL;
    quiet.on_note = NULL;
    quiet.on_notice = NULL;
    if (!migration_load(arena, copy, NULL, &folder, err) ||
        !replay_folder(arena, &folder, &quiet, &replay, err))
        return false;
    replay_end(&replay);
    return true;
}

/* In the words of the folder that the user has. */
static bool tell_failure(Arena *arena, const char *copy, Error *err)
{
    if (err->code != EXIT_SQL && err->code != EXIT_USAGE)
        return false;
    const char *file = err->file == NULL ? "" : err->file;
    const char *name = text_starts(file, copy) ? file + strlen(copy) + 1 : file;
    const char *what = arena_printf(arena, "%s:%zu: %s", name, err->line, err->primary);
    error_clear(err);
    error_set(err, EXIT_SQL, "the rewritten files do not replay");
    error_detail(err, "%s\nNothing was written.", what);
    return error_hint(err, "What moves into a later file is needed before it, as an index that a foreign key "
                           "refers to. Rewrite that statement by hand, or let it be (dbmig:nolint).");
}

bool lint_fix_try(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
                  const LintEdits *edits, Error *err)
{
    char *scratch;
    Error ignored = {0};
    if (edits->count == 0 || options->is_static || options->separate)
        return true;
    if (!file_make_private_folder(arena, NULL, "dbmig-fix-", &scratch, err))
        return false;
    char *copy = file_join(arena, scratch, "migrations");
    bool done = write_copy(arena, folder, edits, copy, err);
    if (done && !replays(arena, copy, &options->replay, err))
        done = tell_failure(arena, copy, err);
    file_remove_tree(scratch, &ignored);
    error_clear(&ignored);
    return done;
}
