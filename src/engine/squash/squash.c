/* The sequence: replay, text, proof, files, sum. */
#include "dbmig/engine/squash.h"

#include <string.h>

#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "dbmig/project/sumfile.h"
#include "squash_private.h"

typedef struct Squash {
    Arena *arena;
    const SquashOptions *options;
    SquashResult *result;
    MigrationFolder folder;
    size_t count;     /* files of folder.run that the B file stands for */
    int64_t begun_ms; /* when the first file of the history began to run; 0: not yet */
} Squash;

static void step(const Squash *squash, const char *what)
{
    if (squash->options->on_step != NULL)
        squash->options->on_step(squash->options->context, what);
}

/* ---- what is asked for ---- */

static bool find_version(Squash *squash, Error *err)
{
    const MigrationFolder *folder = &squash->folder;
    const char *to = squash->options->to_version;
    size_t versioned = 0;
    while (versioned < folder->run_count && folder->run[versioned]->version != NULL)
        versioned++;
    if (versioned == 0)
        return error_set(err, EXIT_USAGE, "there is no migration in %s to squash", folder->path);
    squash->count = to == NULL ? versioned : 0;
    for (size_t i = 0; to != NULL && i < versioned; i++)
        if (version_compare(folder->run[i]->version, to) == 0)
            squash->count = i + 1;
    if (squash->count == 0)
        return error_set(err, EXIT_USAGE, "no migration in %s has version %s", folder->path, to);
    squash->result->version = folder->run[squash->count - 1]->version;
    return true;
}

static bool refuse_second(const Squash *squash, Error *err)
{
    for (size_t i = 0; i < squash->folder.count; i++) {
        const Migration *migration = &squash->folder.items[i];
        if (migration->kind != MIGRATION_BASELINE ||
            version_compare(migration->version, squash->result->version) != 0)
            continue;
        error_set(err, EXIT_USAGE, "%s has that version already", migration->path);
        return error_hint(err, "Databases may have started there, so it stays as it is. Squash to another "
                               "version.");
    }
    return true;
}

static bool load(Squash *squash, Error *err)
{
    if (!migration_load(squash->arena, squash->options->dir, NULL, &squash->folder, err) ||
        !sumfile_verify(squash->arena, &squash->folder, NULL, err))
        return false;
    if (squash->folder.plain || format_foreign(squash->folder.format)) {
        error_set(err, EXIT_USAGE, "%s has no V files, and so B files mean nothing in it",
                  squash->folder.path);
        return error_hint(err, "B files belong to folders with Flyway's names: V1__name.sql.");
    }
    return find_version(squash, err) && refuse_second(squash, err);
}

static bool choose_name(Squash *squash, Error *err)
{
    char *slug;
    const char *wanted = squash->options->description;
    if (!version_slug(squash->arena, wanted == NULL ? "squashed" : wanted, &slug, err))
        return false;
    const char *name = arena_printf(squash->arena, "B%s__%s.sql", squash->result->version, slug);
    squash->result->path = file_join(squash->arena, squash->folder.path, name);
    return true;
}

/* ---- text and proof ---- */

static void on_file(void *context, const Migration *migration, size_t index, size_t total)
{
    Squash *squash = context;
    const ReplayOptions *options = &squash->options->replay;
    if (squash->begun_ms == 0)
        squash->begun_ms = platform_monotonic_ms();
    if (options->on_file != NULL)
        options->on_file(options->context, migration, index, total);
}

/* Without the cache, so that what is measured is what a new database costs. */
static bool replay_history(Squash *squash, Replay *ret, Error *err)
{
    ReplayOptions options = squash->options->replay;
    options.to_version = squash->result->version;
    options.use_cache = false;
    options.on_file = on_file;
    options.context = squash;
    options.on_note = NULL; /* these want a context of their own */
    options.on_notice = NULL;
    if (!replay_folder(squash->arena, &squash->folder, &options, ret, err))
        return false;
    squash->result->history_ms = platform_monotonic_ms() - squash->begun_ms;
    if (throwaway_owns_server(ret->throwaway))
        return true;
    replay_end(ret);
    error_set(err, EXIT_USAGE, "squash needs a throwaway server of its own");
    return error_hint(
        err, "On a server with other people's roles those of the history cannot be told apart. Use "
             "--dev-url embedded:// or docker://postgres/16/dev.");
}

static bool make_text(Squash *squash, Error *err)
{
    SquashResult *result = squash->result;
    ReplayOptions options = squash->options->replay;
    Replay history;
    Buf out = {0};
    options.use_cache = false;
    step(squash, "replaying the history");
    if (!replay_history(squash, &history, err))
        return false;
    bool done = squash_text(squash->arena, &history, &options, result, &out, err);
    result->content = buf_steal(&out, squash->arena);
    step(squash, "proving the B file");
    done = done && squash_prove_text(squash->arena, &squash->folder, squash->count, &history, NULL,
                                     result->path, result->content, strlen(result->content),
                                     &options, &result->differences, &result->base_ms, err);
    replay_end(&history);
    return done;
}

/* ---- files ---- */

/* All that the B file stands for: versioned and undo files up to its version, older B files. */
static bool is_old(const Squash *squash, const Migration *migration)
{
    return migration->version != NULL && version_compare(migration->version, squash->result->version) <= 0;
}

static bool put_away(const Squash *squash, const char *name, Error *err)
{
    const SquashOptions *options = squash->options;
    const char *path = file_join(squash->arena, squash->folder.path, name);
    if (options->old == SQUASH_REMOVE)
        return file_remove(path, err);
    const char *target = file_join(squash->arena, options->archive, name);
    return file_make_folder(file_folder_of(squash->arena, target), 0755, err) &&
           file_rename(path, target, err);
}

static bool put_away_all(Squash *squash, Error *err)
{
    StringList *names = &squash->result->old_files;
    for (size_t i = 0; squash->options->old != SQUASH_KEEP && i < squash->folder.count; i++) {
        const Migration *migration = &squash->folder.items[i];
        if (!is_old(squash, migration))
            continue;
        const char *conf = arena_printf(squash->arena, "%s.conf", migration->name);
        bool has_conf = file_kind(file_join(squash->arena, squash->folder.path, conf)) == FILE_REGULAR;
        if (!put_away(squash, migration->name, err) || (has_conf && !put_away(squash, conf, err)))
            return error_prefix(err, "%zu file%s put away before", names->count,
                                names->count == 1 ? " was" : "s were");
        VEC_PUSH(squash->arena, *names, migration->name);
    }
    return true;
}

static bool check_archive(const Squash *squash, Error *err)
{
    const char *archive = squash->options->archive;
    if (squash->options->old != SQUASH_ARCHIVE)
        return true;
    size_t len = strlen(squash->folder.path);
    bool inside = text_starts(archive, squash->folder.path) && (archive[len] == '/' || archive[len] == '\0');
    if (inside)
        return error_set(err, EXIT_USAGE,
                         "%s lies in the migrations folder, which would go on reading it", archive);
    for (size_t i = 0; i < squash->folder.count; i++) {
        const Migration *migration = &squash->folder.items[i];
        const char *target = file_join(squash->arena, archive, migration->name);
        if (is_old(squash, migration) && file_kind(target) != FILE_MISSING)
            return error_set(err, EXIT_USAGE, "%s exists already", target);
    }
    return true;
}

static bool write_sum(Squash *squash, Error *err)
{
    MigrationFolder folder;
    bool changed;
    if (!migration_load(squash->arena, squash->options->dir, NULL, &folder, err) ||
        !sumfile_write(squash->arena, &folder, &changed, err))
        return false;
    const char *header = sumfile_of_folder(squash->arena, &folder);
    squash->result->sum = arena_printf(squash->arena, "h1:%s", header);
    return squash->options->templates == NULL ||
           template_update(squash->arena, squash->options->templates, header,
                           &squash->result->templates, err);
}

static bool write_all(Squash *squash, Error *err)
{
    const SquashResult *result = squash->result;
    return file_create_new(result->path, result->content, strlen(result->content), 0644, err) &&
           put_away_all(squash, err) && write_sum(squash, err);
}

bool squash_run(Arena *arena, const SquashOptions *options, SquashResult *ret, Error *err)
{
    Squash squash = {.arena = arena, .options = options, .result = ret};
    *ret = (SquashResult){0};
    if (!load(&squash, err) || !choose_name(&squash, err) || !check_archive(&squash, err) ||
        !make_text(&squash, err))
        return false;
    ret->files = squash.count;
    if (ret->differences.count > 0 || options->dry_run)
        return true;
    return write_all(&squash, err);
}
