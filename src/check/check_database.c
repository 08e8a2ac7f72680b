/* The step of a check that compares a live database with what its history says is applied there. */
#include "check_private.h"
#include "dbmig/base/map.h"
#include "dbmig/db/url.h"
#include "dbmig/engine/apply.h"

typedef struct Live {
    CheckRun *run;
    Session *session;
    History history;
    MigrationFolder applied; /* the folder with what is applied as its run */
} Live;

static void note(Live *live, const char *format, ...) DBMIG_PRINTF(2, 3);
static void note(Live *live, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(live->run->arena, format, args);
    va_end(args);
    VEC_PUSH(live->run->arena, live->run->result->database_drift.notes, text);
}

/* ---- what is applied ---- */

/* True when what the file makes is in the database, at least in part. */
static bool take_status(Live *live, const MigrationStatus *status, size_t *ret_pending)
{
    switch (status->state) {
    case STATE_APPLIED:
    case STATE_BASELINE:
        return true;
    case STATE_CHANGED:
    case STATE_OUTDATED:
        note(live,
             "%s has changed since it was applied: differences caused by the edit are reported as "
             "drift",
             status->migration->name);
        return true;
    case STATE_FAILED:
        note(live, "%s is applied in part: the rest of it is reported as drift", status->migration->name);
        return true;
    case STATE_MISSING:
    case STATE_FUTURE:
        if (status->row && status->row->version)
            note(live, "version %s is applied and has no file: what it made is reported as drift",
                 status->row->version);
        return false;
    case STATE_PENDING:
    case STATE_OUT_OF_ORDER:
        ++*ret_pending;
        return false;
    case STATE_IGNORED:
    case STATE_SQUASHED:
        break;
    }
    return false;
}

/* Several migrations may lie in one file. */
static char *key_of(Arena *arena, const Migration *migration)
{
    return arena_printf(arena, "%s\n%s", migration->name,
                        migration->version != NULL ? migration->version : "");
}

static void choose_applied(Live *live, const StatusList *list)
{
    Arena *arena = live->run->arena;
    const MigrationFolder *folder = &live->run->result->folder;
    Map *names = map_new(arena);
    size_t pending = 0, count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const MigrationStatus *status = &list->items[i];
        if (take_status(live, status, &pending) && status->migration)
            map_set(names, key_of(arena, status->migration), live);
        if (status->state == STATE_SQUASHED && folder->base)
            map_set(names, key_of(arena, folder->base), live);
    }
    live->applied.run = arena_calloc(arena, folder->run_count + 1, sizeof(*live->applied.run));
    for (size_t i = 0; i < folder->run_count; i++)
        if (map_has(names, key_of(arena, folder->run[i])))
            live->applied.run[count++] = folder->run[i];
    live->applied.run_count = count;
    if (pending > 0)
        note(live, "%zu migration%s pending there: compared without %s", pending,
             pending == 1 ? " is" : "s are", pending == 1 ? "it" : "them");
}

static bool read_history(Live *live, Error *err)
{
    CheckRun *run = live->run;
    const CheckOptions *options = run->options;
    ApplyOptions apply = {.dir = options->dir, .exec_order = EXEC_NON_LINEAR,
                          .placeholders = options->replay.placeholders,
                          .placeholder_values = options->replay.placeholder_values};
    ApplyComparison comparison;
    const Placeholders *placeholders;
    live->applied = run->result->folder;
    if (!history_read(run->arena, live->session, options->history_schema, options->history_table,
                      &live->history, err))
        return false;
    if (!live->history.exists) {
        note(live, "the database has no table %s: it is compared with all migrations",
             options->history_table);
        return true;
    }
    if (!apply_placeholders(run->arena, live->session, &apply, &live->history, &placeholders, err) ||
        !apply_compare(run->arena, &run->result->folder, &live->history, &apply, placeholders,
                       &comparison, err))
        return false;
    choose_applied(live, &comparison.list);
    return true;
}

/* ---- the two schemas ---- */

static bool replay_applied(Live *live, DiffSide *ret, Error *err)
{
    CheckRun *run = live->run;
    ReplayOptions options = run->options->replay;
    SnapshotOptions snapshot = run->options->diff->snapshot;
    Replay replay;
    if (live->applied.run_count == run->result->folder.run_count) {
        *ret = run->migrations;
        return true;
    }
    options.on_note = NULL; /* told already */
    snapshot.throwaway = true;
    ret->source = run->migrations.source;
    if (!replay_folder(run->arena, &live->applied, &options, &replay, err))
        return error_prefix(err, "what is applied to the database");
    bool done = snapshot_read(run->arena, replay.session, &snapshot, &ret->snapshot, err);
    replay_end(&replay);
    return done;
}

static bool compare(Live *live, Error *err)
{
    CheckRun *run = live->run;
    DiffOptions options = *run->options->diff;
    Drift found, *drift = &run->result->database_drift;
    DiffSide ours = {0};
    DiffSide theirs = {.source = {.kind = DIFF_URL, .shown = session_shown(live->session)}};
    DriftSpec spec = {.name = "database", .subject = "database", .towards_migrations = true,
                      .fix = "the SQL above reverts the drift; if the change is intended, put it in a "
                             "migration (dbmig apply --mark-applied records it without running it)"};
    if (!read_history(live, err) || !replay_applied(live, &ours, err) ||
        !snapshot_read(run->arena, live->session, &options.snapshot, &theirs.snapshot, err))
        return false;
    drift_forget_foreign(run->arena, &theirs.snapshot, &ours.snapshot);
    options.plan.skip = NULL; /* says which changes a plan leaves out, not what a database may have */
    if (!drift_find(run->arena, &spec, &ours, &theirs, &options, &found, err))
        return false;
    for (size_t i = 0; i < found.notes.count; i++)
        VEC_PUSH(run->arena, drift->notes, found.notes.items[i]);
    found.notes = drift->notes;
    *drift = found;
    check_take_drift(run, drift);
    return true;
}

bool check_database_drift(CheckRun *run, Error *err)
{
    Live live = {.run = run};
    if (run->options->url == NULL)
        return true;
    SessionOptions options = {
        .url = run->options->url,
        .application_name = "dbmig check",
        .read_only = true,
        .lock_timeout_ms = run->options->diff->snapshot.lock_timeout_ms,
        .on_notice = run->options->replay.on_notice,
        .notice_context = run->options->replay.context,
    };
    if (!session_open(run->arena, &options, &live.session, err))
        return false;
    bool done = compare(&live, err);
    session_close(live.session);
    return done;
}
