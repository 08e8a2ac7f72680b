/*
 * Which states of a replay are kept for later runs:
 *
 *   before the newest versioned file   someone is writing it, and will check it again and again
 *   before the files that are observed these run in each check
 *   before the repeatable files        the next versioned file comes here
 *   at the end                         the next file comes here
 *
 * The first two need a stop and a start in the middle of the run, the last one only a clean stop.
 */
#include "dbmig/base/log.h"
#include "dbmig/base/platform.h"
#include "replay_private.h"

#define EDIT_WORTH_MS 500

/* In mode "all" there are no states between files. */
static bool has_prefixes(const ReplayState *state)
{
    return state->options.tx_mode != TXMODE_ALL;
}

static bool is_observed(const ReplayState *state, size_t index)
{
    const ReplayObserver *observer = state->options.observer;
    return observer != NULL && has_prefixes(state) && observer->wants(observer->context, index);
}

/* A state that has files in it that are to be observed is of no use. */
static size_t usable(const ReplayState *state)
{
    size_t most = 0;
    while (most < state->count && !is_observed(state, most))
        most++;
    return most;
}

bool replay_keep_plan(ReplayState *state, const MigrationFolder *folder, const ThrowawaySpec *spec,
                      StringList *ret_keys, Error *err)
{
    char *identity;
    state->versioned = 0;
    while (state->versioned < state->count &&
           folder->run[state->versioned]->kind != MIGRATION_REPEATABLE)
        state->versioned++;
    if (!state->options.use_cache)
        return true;
    if (!throwaway_identity(state->arena, spec, &identity, err) ||
        !replay_keys(state->arena, folder, state->count, &state->options, identity, &state->keys,
                     err))
        return false;
    for (size_t i = usable(state) + 1; i-- > 0;)
        if (i == state->count || i == 0 || has_prefixes(state))
            VEC_PUSH(state->arena, *ret_keys, state->keys.items[i]);
    return true;
}

/*
 * What keeping costs is not known before; starting was much the same. One quick file is not worth
 * it: who edits the newest file would keep a state with each try.
 */
static bool worth_keeping(const ReplayState *state)
{
    return state->replay->replayed > 1 || state->spent_ms >= state->start_ms / 2;
}

/* The first stop is for large histories: an edit of the newest file must not replay all of it. */
static bool worth_a_stop(const ReplayState *state)
{
    if (!state->observed && is_observed(state, state->position))
        return worth_keeping(state) && state->spent_ms >= state->start_ms;
    if (state->position == state->versioned)
        return state->position < state->count && worth_keeping(state);
    return state->position + 1 == state->versioned && state->spent_ms >= EDIT_WORTH_MS &&
           state->spent_ms >= 4 * state->start_ms;
}

/* Repeatable files run again whenever a file before them is new, so theirs is no state to start
   from then, but what other commands on the same folder want. */
static bool worth_the_end(const ReplayState *state)
{
    bool only_tail = state->count > state->versioned && state->replay->cached > 0 && !state->kept;
    return worth_keeping(state) && (!only_tail || state->spent_ms >= state->start_ms);
}

static bool may_keep(const ReplayState *state)
{
    return state->keys.count > 0 && !state->spoiled && state->since_keep > 0;
}

bool replay_keep_wanted(const ReplayState *state)
{
    return may_keep(state) && has_prefixes(state) && worth_a_stop(state);
}

bool replay_keep_running(ReplayState *state, Error *err)
{
    if (!replay_keep_wanted(state))
        return true;
    int64_t begun = platform_monotonic_ms();
    replay_disconnect(state);
    throwaway_keep(state->replay->throwaway, state->keys.items[state->position], true);
    if (!replay_connect(state, err))
        return false;
    state->since_keep = 0;
    state->spent_ms = 0;
    state->kept = true;
    log_debug("kept the state after %zu files in %lld ms", state->position,
              (long long)(platform_monotonic_ms() - begun));
    return true;
}

void replay_keep_end(ReplayState *state, bool keep_running)
{
    if (may_keep(state) && state->position == state->count && worth_the_end(state))
        throwaway_keep(state->replay->throwaway, state->keys.items[state->position], keep_running);
}
