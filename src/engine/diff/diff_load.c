/* How a schema comes from its source: read, run or replayed, then a snapshot of it. */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"
#include "dbmig/text/secret.h"
#include "dbmig/text/sqlscan.h"

#define MOST_WORDS 4000 /* bytes of a failed program's stderr that are shown */

/* ---- files and programs ---- */

static bool read_files(Arena *arena, DiffSource *source, Error *err)
{
    if (source->files.count == 0) {
        error_set(err, EXIT_USAGE, "%s has no .sql file", source->shown);
        return error_hint(err, "An empty schema source would drop everything: name its files, or the "
                               "program that prints it.");
    }
    for (size_t i = 0; i < source->files.count; i++) {
        Bytes content;
        if (!file_read(arena, source->files.items[i], &content, err))
            return error_prefix(err, "schema source");
        VEC_PUSH(arena, source->texts, content);
    }
    return true;
}

/* The end of it: programs say last what went wrong. */
static const char *last_words(Arena *arena, const Bytes *errors)
{
    const char *text = errors->data;
    if (errors->len > MOST_WORDS) {
        const char *line = strchr(text + errors->len - MOST_WORDS, '\n');
        text = line ? line + 1 : text + errors->len - MOST_WORDS;
    }
    return secret_mask(arena, text);
}

static bool program_failed(Arena *arena, const DiffSource *source, const ProcessResult *result,
                           Error *err)
{
    if (result->exit_code >= EXIT_SIGNAL)
        error_set(err, EXIT_USAGE, "the schema source's program %s was ended by signal %d", source->shown,
                  result->exit_code - EXIT_SIGNAL);
    else
        error_set(err, EXIT_USAGE, "the schema source's program %s failed with exit code %d",
                  source->shown, result->exit_code);
    if (result->errors.len > 0)
        error_detail(err, "%s", last_words(arena, &result->errors));
    return false;
}

/* Text that cannot be split is not empty: loading it will say what is wrong with it. */
static bool has_statement(Arena *arena, const DiffSource *source, const Bytes *text)
{
    Error ignored = {0};
    SqlItem item = {.kind = SQL_ITEM_STATEMENT};
    SqlScanner *scanner = sqlscan_begin_text(arena, source->shown, text->data, text->len);
    bool found = !sqlscan_next(scanner, &item, &ignored) || item.kind != SQL_ITEM_END;
    sqlscan_end(scanner);
    error_clear(&ignored);
    return found;
}

static bool run_program(Arena *arena, DiffSource *source, Error *err)
{
    const char **argv = arena_calloc(arena, source->program.count + 1, sizeof(*argv));
    for (size_t i = 0; i < source->program.count; i++)
        argv[i] = source->program.items[i];
    ProcessSpec spec = {.argv = argv, .folder = source->program_folder,
                        .timeout_ms = (long)source->timeout_ms};
    ProcessResult result;
    log_verbose("running %s for the schema", source->shown);
    if (!process_run(arena, &spec, &result, err))
        return err->code >= EXIT_SIGNAL ? false : error_prefix(err, "schema source");
    if (result.exit_code != 0)
        return program_failed(arena, source, &result, err);
    if (result.errors.len > 0)
        log_verbose("%s: %s", source->shown, last_words(arena, &result.errors));
    if (!has_statement(arena, source, &result.out)) {
        error_set(err, EXIT_USAGE, "the schema source's program %s printed no SQL", source->shown);
        error_hint(err, "It must print the CREATE statements of the whole schema on its stdout.");
        return result.errors.len == 0 ? false : error_detail(err, "%s", last_words(arena, &result.errors));
    }
    VEC_PUSH(arena, source->texts, result.out);
    return true;
}

bool diff_source_read(Arena *arena, DiffSource *source, Error *err)
{
    if (source->was_read)
        return true;
    bool done = source->kind == DIFF_SQL       ? read_files(arena, source, err)
                : source->kind == DIFF_PROGRAM ? run_program(arena, source, err)
                                               : true;
    source->was_read = done;
    return done;
}

/* ---- loading ---- */

static bool read_url(Arena *arena, const DiffSource *source, const DiffOptions *options,
                     DiffSide *side, Error *err)
{
    Session *session;
    SessionOptions session_options = {
        .url = source->url,
        .read_only = true,
        .lock_timeout_ms = options->snapshot.lock_timeout_ms,
        .on_notice = options->replay.on_notice,
        .notice_context = options->replay.context,
    };
    if (!session_open(arena, &session_options, &session, err))
        return false;
    bool done = snapshot_read(arena, session, &options->snapshot, &side->snapshot, err);
    session_close(session);
    return done;
}

static const char *text_name(const DiffSource *source, size_t i)
{
    return source->kind == DIFF_SQL ? source->files.items[i] : source->shown;
}

static bool load_texts(Arena *arena, const DiffSource *source, Replay *replay, Error *err)
{
    for (size_t i = 0; i < source->texts.count; i++) {
        const Bytes *text = &source->texts.items[i];
        if (!replay_sql(arena, replay, text_name(source, i), text->data, text->len, err))
            return error_prefix(err, "schema source");
    }
    return true;
}

static bool read_directives(Arena *arena, DiffSide *side, Error *err)
{
    const DiffSource *source = &side->source;
    for (size_t i = 0; i < source->texts.count; i++) {
        const Bytes *text = &source->texts.items[i];
        if (!diff_read_directives(arena, text_name(source, i), text->data, text->len, &side->renamed, err))
            return false;
    }
    return true;
}

static bool replay_migrations(Arena *arena, const DiffSource *source, const DiffOptions *options,
                              Replay *replay, Error *err)
{
    MigrationFolder folder;
    if (source->migrations)
        return replay_folder(arena, source->migrations, &options->replay, replay, err);
    return migration_load(arena, source->folder, NULL, &folder, err) &&
           replay_folder(arena, &folder, &options->replay, replay, err);
}

static bool replay_source(Arena *arena, DiffSource *source, const DiffOptions *options,
                          Replay *replay, Error *err)
{
    if (source->kind == DIFF_FOLDER)
        return replay_migrations(arena, source, options, replay, err);
    return diff_source_read(arena, source, err) &&
           replay_empty(arena, &options->replay, replay, err) &&
           load_texts(arena, source, replay, err);
}

bool diff_side_open(Arena *arena, const DiffSource *source, const DiffOptions *options,
                    DiffSide *ret, Error *err)
{
    *ret = (DiffSide){.source = *source};
    if (ret->source.timeout_ms == 0)
        ret->source.timeout_ms = options->source_timeout_ms;
    if (source->kind == DIFF_URL)
        return read_url(arena, source, options, ret, err);
    SnapshotOptions snapshot = options->snapshot;
    snapshot.throwaway = true;
    ret->has_replay = true;
    return replay_source(arena, &ret->source, options, &ret->replay, err) &&
           read_directives(arena, ret, err) &&
           snapshot_read(arena, ret->replay.session, &snapshot, &ret->snapshot, err);
}

/* Nobody named a throwaway server: the live database's version is the one that plans are proved on. */
static void prefer_version(Arena *arena, const DiffSide *side, DiffOptions *options)
{
    const char *dev_url = options->replay.dev_url;
    if (side->source.kind == DIFF_URL && (dev_url == NULL || dev_url[0] == '\0'))
        options->replay.dev_url = throwaway_url_of(arena, side->snapshot.server_version / 10000);
}

bool diff_sides_open(Arena *arena, const DiffSource *from, const DiffSource *to, DiffOptions *options,
                     DiffSide *ret_from, DiffSide *ret_to, Error *err)
{
    bool to_first = to->kind == DIFF_URL && from->kind != DIFF_URL;
    const DiffSource *sources[] = {to_first ? to : from, to_first ? from : to};
    DiffSide *sides[] = {to_first ? ret_to : ret_from, to_first ? ret_from : ret_to};
    if (!diff_side_open(arena, sources[0], options, sides[0], err))
        return false;
    if (options->verify || sources[1]->kind != DIFF_URL)
        prefer_version(arena, sides[0], options);
    return diff_side_open(arena, sources[1], options, sides[1], err);
}

void diff_side_end(DiffSide *side)
{
    if (side && side->has_replay)
        replay_end(&side->replay);
    if (side)
        side->has_replay = false;
}
