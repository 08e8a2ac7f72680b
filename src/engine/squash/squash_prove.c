/* The proof that a B file stands for the history up to its version. */
#include <string.h>

#include "dbmig/base/platform.h"
#include "dbmig/schema/plan.h"
#include "squash_private.h"

bool squash_snapshot(Arena *arena, Replay *replay, Snapshot *ret, Error *err)
{
    SnapshotOptions options = {.throwaway = true};
    return snapshot_read(arena, replay->session, &options, ret, err);
}

typedef struct State {
    Snapshot snapshot;
    SquashHoldings *holdings;
} State;

static bool read_state(Arena *arena, Replay *replay, State *ret, Error *err)
{
    return squash_snapshot(arena, replay, &ret->snapshot, err) &&
           squash_holdings(arena, replay->session, &ret->holdings, err);
}

static const char *sentence(Arena *arena, const Change *change)
{
    const Object *object = change->after != NULL ? change->after : change->before;
    const char *what =
        change->kind == CHANGE_CREATE ? "is made by the history, and not by the B file"
        : change->kind == CHANGE_DROP ? "is made by the B file, and not by the history"
                                      : "is another one after the B file than after the history";
    return arena_printf(arena, "%s %s %s", kind_spec(object->kind)->name, object->key, what);
}

static void compare_states(Arena *arena, const State *history, const State *base,
                           const SquashHoldings *second, bool at_end, StringList *ret)
{
    ChangeList changes;
    plan_compare(arena, &base->snapshot, &history->snapshot, NULL, &changes);
    for (size_t i = 0; i < changes.count; i++) {
        const char *text = sentence(arena, &changes.items[i]);
        VEC_PUSH(arena, *ret, at_end ? arena_printf(arena, "%s, with the later files", text) : text);
    }
    squash_compare_holdings(arena, history->holdings, base->holdings, second, at_end, ret);
}

/* The B file by itself; what it fails with is a difference, too. */
static bool run_base(Arena *arena, Replay *base, const char *name, const char *text, size_t len,
                     StringList *differences, int64_t *ret_ms, Error *err)
{
    int64_t begun = platform_monotonic_ms();
    bool done = replay_sql(arena, base, name, text, len, err);
    *ret_ms = platform_monotonic_ms() - begun;
    if (done || err->code != EXIT_SQL)
        return done;
    VEC_PUSH(arena, *differences, arena_printf(arena, "%s:%zu: %s", name, err->line, err->primary));
    error_clear(err);
    return true;
}

/* The later files ran behind the history; behind the B file they may fail. */
static bool run_rest(Arena *arena, const MigrationFolder *folder, size_t count, Replay *history, Replay *base,
                     const ReplayOptions *options, StringList *differences, Error *err)
{
    size_t rest = folder->run_count - count;
    State after_history, after_base;
    if (!replay_run(arena, history, folder, count, rest, options, NULL, err))
        return false;
    if (!replay_run(arena, base, folder, count, rest, options, NULL, err)) {
        if (err->code != EXIT_SQL)
            return false;
        VEC_PUSH(arena, *differences,
                 arena_printf(arena, "%s:%zu: %s, behind the B file alone", err->file, err->line,
                              err->primary));
        error_clear(err);
        return true;
    }
    if (!read_state(arena, history, &after_history, err) || !read_state(arena, base, &after_base, err))
        return false;
    compare_states(arena, &after_history, &after_base, NULL, true, differences);
    return true;
}

bool squash_prove_text(Arena *arena, const MigrationFolder *folder, size_t count, Replay *history,
                       const SquashHoldings *second, const char *name, const char *text, size_t len,
                       const ReplayOptions *options, StringList *ret_differences, int64_t *ret_ms,
                       Error *err)
{
    Replay base;
    State after_history, after_base;
    if (!replay_empty(arena, options, &base, err))
        return false;
    bool done = run_base(arena, &base, name, text, len, ret_differences, ret_ms, err);
    if (done && ret_differences->count == 0) {
        done = read_state(arena, history, &after_history, err) && read_state(arena, &base, &after_base, err);
        if (done)
            compare_states(arena, &after_history, &after_base, second, false, ret_differences);
    }
    if (done && ret_differences->count == 0 && folder->run_count > count)
        done = run_rest(arena, folder, count, history, &base, options, ret_differences, err);
    replay_end(&base);
    return done;
}

static size_t count_up_to(const MigrationFolder *folder, const char *version)
{
    size_t count = 0;
    while (count < folder->run_count && folder->run[count]->version != NULL &&
           version_compare(folder->run[count]->version, version) <= 0)
        count++;
    return count;
}

static bool read_whole(Arena *arena, const Migration *migration, Buf *out, Error *err)
{
    MigrationReader *reader;
    char piece[65536];
    size_t len = 0;
    if (!migration_open(arena, migration, &reader, err))
        return false;
    bool done;
    do {
        done = migration_read(reader, piece, sizeof(piece), &len, err);
        if (done)
            buf_add(out, piece, len);
    } while (done && len > 0);
    migration_close(reader);
    return done;
}

/* What the history gives when it runs anew: nothing of it comes from the cache. */
static bool read_second(Arena *arena, const MigrationFolder *folder, const ReplayOptions *to_version,
                        SquashHoldings **ret, Error *err)
{
    ReplayOptions options = *to_version;
    Replay history;
    options.use_cache = false;
    if (!replay_folder(arena, folder, &options, &history, err))
        return false;
    bool done = squash_holdings(arena, history.session, ret, err);
    replay_end(&history);
    return done;
}

static bool prove_once(Arena *arena, const MigrationFolder *folder, size_t count, const Migration *base,
                       const Buf *text, const ReplayOptions *options, const SquashHoldings *second,
                       StringList *ret_differences, Error *err)
{
    ReplayOptions to_version = *options;
    Replay history;
    int64_t ms;
    *ret_differences = (StringList){0};
    to_version.to_version = folder->run[count - 1]->version;
    if (!replay_folder(arena, folder, &to_version, &history, err))
        return false;
    bool done = squash_prove_text(arena, folder, count, &history, second, base->path,
                                  buf_text(text), text->len, options, ret_differences, &ms, err);
    replay_end(&history);
    return done;
}

/* Only where something differs is it worth asking whether the history itself is the same each time. */
static bool prove(Arena *arena, const MigrationFolder *folder, size_t count, const Migration *base,
                  const Buf *text, const ReplayOptions *options, StringList *ret_differences,
                  Error *err)
{
    ReplayOptions to_version = *options;
    SquashHoldings *second;
    to_version.to_version = folder->run[count - 1]->version;
    if (!prove_once(arena, folder, count, base, text, options, NULL, ret_differences, err))
        return false;
    return ret_differences->count == 0 ||
           (read_second(arena, folder, &to_version, &second, err) &&
            prove_once(arena, folder, count, base, text, options, second, ret_differences, err));
}

bool squash_prove(Arena *arena, const MigrationFolder *folder, const Migration *base,
                  const ReplayOptions *options, StringList *ret_differences, Error *err)
{
    size_t count = count_up_to(folder, base->version);
    Buf text = {0};
    *ret_differences = (StringList){0};
    bool done = count == 0 || (read_whole(arena, base, &text, err) &&
                               prove(arena, folder, count, base, &text, options, ret_differences, err));
    buf_free(&text);
    return done;
}
