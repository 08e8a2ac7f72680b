/*
 * The replay as a whole: server, session, init SQL, files, end. How a file runs is in
 * replay_file.c, what is kept in replay_keep.c.
 */
#include "dbmig/engine/replay.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "replay_private.h"

void replay_note(ReplayState *state, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(state->arena, format, args);
    va_end(args);
    /* A file that runs twice, because of a missing role, has nothing new to say. */
    for (size_t i = 0; i < state->replay->notes.count; i++)
        if (strcmp(state->replay->notes.items[i], text) == 0)
            return;
    VEC_PUSH(state->arena, state->replay->notes, text);
    if (state->options.on_note != NULL)
        state->options.on_note(state->options.context, text);
}

/* ---- the session ---- */

/* Limits that a role or database may carry are not the files' business, and the dev URL's
   search_path stands for the one that the real database has. */
static const char *make_setup_sql(ReplayState *state)
{
    const char *path = throwaway_search_path(state->replay->throwaway);
    StringList names = {0};
    Buf sql = {0};
    buf_add_str(&sql, "SET statement_timeout = 0; SET lock_timeout = 0; "
                      "SET idle_in_transaction_session_timeout = 0; ");
    if (path != NULL)
        text_split(state->arena, path, ',', &names);
    for (size_t i = 0; i < names.count; i++) {
        bool quoted = names.items[i][0] == '"';
        buf_printf(&sql, "%s%s", i == 0 ? "SET search_path = " : ", ",
                   quoted ? names.items[i]
                          : session_quote_identifier(state->arena, names.items[i]));
    }
    if (names.count > 0)
        buf_add_str(&sql, "; ");
    return buf_steal(&sql, state->arena);
}

static bool open_session(ReplayState *state, bool main_one, Session **ret, Error *err)
{
    SessionOptions options = {
        .url = state->fork_url != NULL ? state->fork_url : throwaway_url(state->replay->throwaway),
        .application_name = "dbmig replay",
        .environment = throwaway_environment(state->replay->throwaway),
        .startup_sql = state->setup_sql,
    };
    if (main_one) {
        options.on_notice = state->options.on_notice;
        options.notice_context = state->options.context;
    }
    return session_open(state->arena, &options, ret, err);
}

bool replay_connect(ReplayState *state, Error *err)
{
    bool changed = false;
    if (!open_session(state, true, &state->replay->session, err))
        return false;
    if (!state->owns_server && !open_session(state, false, &state->witness, err))
        return false;
    state->defaults_doubted = false;
    return replay_defaults_changed(state, &changed, err);
}

void replay_disconnect(ReplayState *state)
{
    session_close(state->replay->session);
    session_close(state->witness);
    state->replay->session = NULL;
    state->witness = NULL;
}

/* ---- text that is no migration ---- */

const Migration *replay_text_migration(Arena *arena, const char *name, const char *text, size_t len)
{
    Migration *migration = arena_alloc(arena, sizeof(*migration));
    Bytes *content = arena_alloc(arena, sizeof(*content));
    Sha256 sha;
    *content = (Bytes){.data = text, .len = len};
    sha256_begin(&sha);
    sha256_add(&sha, text, len);
    sha256_digest(&sha, migration->sha256);
    hash_hex(migration->sha256, SHA256_SIZE, migration->sha256_hex);
    migration->kind = MIGRATION_PLAIN;
    migration->name = migration->path = name;
    migration->version = migration->raw_version = migration->description = "";
    migration->size = len;
    migration->placeholder_replacement_off = true;
    migration->staged = content;
    migration->script = true;
    directive_read_head(arena, text, len, &migration->directives);
    const char *mode = directive_find(&migration->directives, "txmode");
    if (mode != NULL && strcmp(mode, "none") == 0)
        migration->tx_mode = TXMODE_NONE;
    return migration;
}

static bool run_text(ReplayState *state, const char *name, const char *text, size_t len, Error *err)
{
    const Migration *migration = replay_text_migration(state->arena, name, text, len);
    return replay_file_run(state, &migration, 1, TXMODE_FILE, NULL, err);
}

static bool run_init_sql(ReplayState *state, Error *err)
{
    const StringList *files = state->options.init_sql;
    for (size_t i = 0; files != NULL && i < files->count; i++) {
        Bytes content;
        if (!file_read(state->arena, files->items[i], &content, err))
            return false;
        if (!run_text(state, files->items[i], content.data, content.len, err))
            return error_prefix(err, "init SQL");
    }
    return true;
}

/* ---- files ---- */

static void tell_file(const ReplayState *state, const ReplayOptions *options,
                      const Migration *migration, size_t index)
{
    if (options->on_file != NULL)
        options->on_file(options->context, migration, index, state->count);
}

static void unobserve(ReplayState *state)
{
    const ReplayObserver *observer = state->options.observer;
    if (state->observed && observer != NULL && observer->end != NULL)
        observer->end(observer->context, state->replay);
    state->observed = false;
}

/* The observer is there for the files that it wants, and gone before a state is kept. */
static bool observe(ReplayState *state, Error *err)
{
    const ReplayObserver *observer = state->options.observer;
    bool wanted = observer != NULL && state->options.tx_mode != TXMODE_ALL &&
                  observer->wants(observer->context, state->position);
    if (!wanted || replay_keep_wanted(state))
        unobserve(state);
    if (!replay_keep_running(state, err))
        return false;
    if (!wanted || state->observed)
        return true;
    state->observed = true;
    return observer->begin == NULL || observer->begin(observer->context, state->replay, err);
}

/* Runs the next `count` files, which share a transaction. */
static bool run_files(ReplayState *state, const MigrationFolder *folder, size_t count, Error *err)
{
    int64_t begun = platform_monotonic_ms();
    tell_file(state, &state->options, folder->run[state->position], state->position);
    if (!replay_file_run(state, folder->run + state->position, count, state->options.tx_mode,
                         state->observed ? state->options.observer : NULL, err))
        return false;
    state->spent_ms += platform_monotonic_ms() - begun;
    state->since_keep += count;
    state->position += count;
    state->replay->replayed += count;
    return true;
}

static bool run_rest(ReplayState *state, const MigrationFolder *folder, Error *err)
{
    while (state->position < state->count) {
        size_t left = state->count - state->position;
        if (interrupt_check(err) || !observe(state, err) ||
            !run_files(state, folder, state->options.tx_mode == TXMODE_ALL ? left : 1, err))
            return false;
    }
    unobserve(state);
    return true;
}

/* The number of files up to the version asked for. */
static bool count_files(const MigrationFolder *folder, const char *to_version, size_t *ret,
                        Error *err)
{
    *ret = folder->run_count;
    if (to_version == NULL)
        return true;
    const Migration *last = migration_find(folder, to_version);
    for (size_t i = 0; last != NULL && i < folder->run_count; i++) {
        if (folder->run[i] == last) {
            *ret = i + 1;
            return true;
        }
    }
    return error_set(err, EXIT_USAGE, "no migration in %s has version %s", folder->path,
                     to_version);
}

/* ---- begin and end ---- */

static ReplayState *new_state(Arena *arena, const ReplayOptions *options, Replay *ret)
{
    ReplayState *state = arena_alloc(arena, sizeof(*state));
    *ret = (Replay){.state = state};
    state->arena = arena;
    state->replay = ret;
    state->options = *options;
    return state;
}

/* The caller may have moved the Replay since. */
static ReplayState *state_of(Replay *replay)
{
    replay->state->replay = replay;
    return replay->state;
}

/* Said once a run, which may replay more than once. */
static bool accept_unconfined(const ReplayState *state, const char *unconfined, Error *err)
{
    static bool told;
    if (state->options.require_confinement) {
        error_set(err, EXIT_USAGE, "%s", unconfined);
        return error_hint(
            err,
            "--require-confinement asks for it. docker:// keeps a container from the machine's "
            "files and programs.");
    }
    if (!told)
        log_warning("%s", unconfined);
    told = true;
    VEC_PUSH(state->arena, state->replay->notes, unconfined);
    return true;
}

/* Starts the server from the best state there is, with the session in it. */
static bool begin(ReplayState *state, const MigrationFolder *folder, Error *err)
{
    Replay *replay = state->replay;
    StringList wanted = {0};
    ThrowawaySpec spec = {
        .url = state->options.dev_url,
        .tcp = state->options.tcp,
        .port = state->options.port,
        .use_cache = state->options.use_cache,
        .cache_limit = state->options.cache_limit,
    };
    if (!replay_keep_plan(state, folder, &spec, &wanted, err))
        return false;
    spec.cache_keys = wanted.items;
    spec.cache_key_count = wanted.count;
    int64_t begun = platform_monotonic_ms();
    if (!throwaway_start(state->arena, &spec, &replay->throwaway, err))
        return false;
    state->start_ms = platform_monotonic_ms() - begun;
    state->owns_server = throwaway_owns_server(replay->throwaway);
    state->shares_files = throwaway_shares_files(replay->throwaway);
    state->setup_sql = make_setup_sql(state);
    const char *unconfined = throwaway_unconfined(state->arena, replay->throwaway);
    if (unconfined != NULL && !accept_unconfined(state, unconfined, err))
        return false;
    if (!replay_connect(state, err) || !replay_role_begin(state, err) ||
        !replay_make_placeholders(state, err))
        return false;
    replay->server_version = session_version(replay->session);
    long restored = throwaway_restored(replay->throwaway);
    for (size_t i = 0; restored >= 0 && i < state->keys.count; i++)
        if (strcmp(state->keys.items[i], wanted.items[restored]) == 0)
            state->position = i;
    replay->cached = state->position;
    return restored >= 0 || run_init_sql(state, err);
}

bool replay_folder(Arena *arena, const MigrationFolder *folder, const ReplayOptions *options,
                   Replay *ret, Error *err)
{
    ReplayState *state = new_state(arena, options, ret);
    if (count_files(folder, options->to_version, &state->count, err) && begin(state, folder, err) &&
        run_rest(state, folder, err) && replay_role_list(state, &ret->roles, err))
        return true;
    state->spoiled = true;
    replay_end(ret);
    return false;
}

bool replay_empty(Arena *arena, const ReplayOptions *options, Replay *ret, Error *err)
{
    const Migration *none[] = {NULL};
    const MigrationFolder nothing = {.path = "", .run = none};
    return replay_folder(arena, &nothing, options, ret, err);
}

bool replay_run(Arena *arena, Replay *replay, const MigrationFolder *folder, size_t first,
                size_t count, const ReplayOptions *options, const ReplayObserver *observer,
                Error *err)
{
    (void)arena;
    ReplayState *state = state_of(replay);
    bool together = options->tx_mode == TXMODE_ALL;
    replay_spoil(replay);
    for (size_t i = 0; i < count; i += together ? count : 1) {
        tell_file(state, options, folder->run[first + i], first + i);
        if (interrupt_check(err) ||
            !replay_file_run(state, folder->run + first + i, together ? count : 1, options->tx_mode,
                             observer, err))
            return false;
        replay->replayed += together ? count : 1;
    }
    return replay_role_list(state, &replay->roles, err);
}

bool replay_sql(Arena *arena, Replay *replay, const char *name, const char *text, size_t len,
                Error *err)
{
    (void)arena;
    replay_spoil(replay);
    return run_text(state_of(replay), name, text, len, err);
}

void replay_spoil(Replay *replay)
{
    replay->state->spoiled = true;
}

void replay_leave_database(ReplayState *state)
{
    static const char sql[] =
        "DO $dbmig$ DECLARE s record; BEGIN"
        " FOR s IN SELECT subname FROM pg_catalog.pg_subscription WHERE subdbid ="
        "  (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) LOOP"
        "  EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', s.subname);"
        "  EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s.subname);"
        "  EXECUTE format('DROP SUBSCRIPTION %I', s.subname);"
        " END LOOP;"
        " PERFORM pg_catalog.pg_drop_replication_slot(slot_name)"
        "  FROM pg_catalog.pg_replication_slots WHERE database = current_database();"
        "END $dbmig$";
    Error ignored = {0};
    session_exec(state->replay->session, sql, &ignored);
    error_clear(&ignored);
}

bool replay_hand_over(Replay *replay, Throwaway **ret, Error *err)
{
    ReplayState *state = state_of(replay);
    unobserve(state);
    if (!state->owns_server)
        replay_leave_database(state);
    replay_disconnect(state);
    replay_keep_end(state, true);
    if (interrupt_check(err)) {
        replay_end(replay);
        return false;
    }
    *ret = replay->throwaway;
    *replay = (Replay){0};
    return true;
}

void replay_end(Replay *replay)
{
    if (replay == NULL || replay->state == NULL)
        return;
    ReplayState *state = state_of(replay);
    Error ignored = {0};
    unobserve(state);
    if (state->fork_url != NULL)
        replay_unfork(replay, &ignored);
    error_clear(&ignored);
    /* On a server of our own that does not matter. */
    if (replay->throwaway != NULL && !state->owns_server && replay->session != NULL)
        replay_leave_database(state);
    replay_disconnect(state);
    if (replay->throwaway != NULL && interrupt_signal() == 0)
        replay_keep_end(state, false);
    throwaway_stop(replay->throwaway);
    *replay = (Replay){0};
}
