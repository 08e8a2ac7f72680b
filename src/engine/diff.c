/*
 * Plans from one schema to another and proves the plan: applied to a copy of *from* and read again, it
 * must leave no difference to *to*. What it leaves (a side effect: default privileges, names that the
 * server chose) is planned again, a few times; what remains then is told.
 */
#include "dbmig/engine/diff.h"

#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"

#define PROOF_ROUNDS 3

typedef struct Proof {
    Arena *arena;
    const DiffOptions *options;
    const Snapshot *to;
    DiffResult *result;
    Session *session; /* of the copy */
    Snapshot now;     /* the copy as it is */
} Proof;

static const char *sentence(Arena *arena, const Error *err)
{
    return arena_printf(arena, "%s%s%s", err->primary, err->detail ? ": " : "",
                        err->detail ? err->detail : "");
}

/* The copy has no transaction open and no setting that a statement left. */
static bool apply(Proof *proof, const SchemaPlan *plan, size_t first, Error *err)
{
    size_t failed;
    if (diff_apply(proof->session, plan, first, &failed, err))
        return session_exec(proof->session, "RESET SESSION AUTHORIZATION; RESET ALL", err);
    if (err->code == EXIT_SQL)
        error_prefix(err, "statement %zu of %zu", failed + 1, plan->statements.count);
    return false;
}

static bool read_again(Proof *proof, Error *err)
{
    SnapshotOptions options = proof->options->snapshot;
    options.throwaway = proof->now.throwaway;
    return snapshot_read(proof->arena, proof->session, &options, &proof->now, err);
}

/* What is still different gets a plan of its own, behind the first one. */
static bool plan_rest(Proof *proof, Error *err)
{
    SchemaPlan rest;
    if (!plan_make(proof->arena, &proof->now, proof->to, &proof->options->plan, &rest, err))
        return false;
    plan_append(proof->arena, &proof->result->plan, &rest);
    return true;
}

static bool try_rounds(Proof *proof, Error *err)
{
    DiffResult *result = proof->result;
    size_t applied = 0;
    for (int round = 0; round < PROOF_ROUNDS; round++) {
        if (!apply(proof, &result->plan, applied, err) || !read_again(proof, err))
            return false;
        applied = result->plan.statements.count;
        plan_compare(proof->arena, &proof->now, proof->to, &proof->options->plan, &result->residue);
        if (result->residue.count == 0) {
            result->proof = DIFF_PROVED;
            return true;
        }
        if (round + 1 < PROOF_ROUNDS && !plan_rest(proof, err))
            return false;
        if (applied == result->plan.statements.count)
            break;
    }
    result->proof = DIFF_RESIDUE;
    return true;
}

/* A failing statement is the plan's failure, not ours; an interrupt or a lost server is. */
static bool judge(Proof *proof, Error *err)
{
    Error failure = {0};
    if (try_rounds(proof, &failure))
        return true;
    bool plan_failed = failure.code == EXIT_SQL;
    if (plan_failed) {
        proof->result->proof = DIFF_FAILED;
        proof->result->why = sentence(proof->arena, &failure);
    } else {
        error_copy(err, &failure);
    }
    error_clear(&failure);
    return plan_failed;
}

/* ---- the copy ---- */

static bool same_major(const Snapshot *one, const Snapshot *two)
{
    return one->server_version / 10000 == two->server_version / 10000;
}

static bool unproved(Proof *proof, const char *why)
{
    proof->result->proof = DIFF_UNPROVED;
    proof->result->why = why;
    return true;
}

static const char *first_residue(Arena *arena, const ChangeList *residue)
{
    const Change *change = &residue->items[0];
    const Object *object = change->after ? change->after : change->before;
    return arena_printf(arena, "the copy differs from it in %zu object%s, first %s %s", residue->count,
                        residue->count == 1 ? "" : "s", kind_spec(object->kind)->name, object->key);
}

/* Builds `from` by our own SQL. *ret_why stays NULL when it reads back equal. */
static bool build_copy(Proof *proof, const Snapshot *from, const char **ret_why, Error *err)
{
    SchemaPlan build;
    Snapshot empty;
    ChangeList residue;
    snapshot_empty(proof->arena, from, &empty);
    /* Whatever the user wants of the plan, the copy is to be whole. */
    if (!plan_make(proof->arena, &empty, from, NULL, &build, err))
        return false;
    if (!apply(proof, &build, 0, err)) {
        if (err->code != EXIT_SQL)
            return false;
        *ret_why = arena_printf(proof->arena, "no copy of it could be made: %s",
                                sentence(proof->arena, err));
        error_clear(err);
        return true;
    }
    if (!read_again(proof, err))
        return false;
    plan_compare(proof->arena, &proof->now, from, NULL, &residue);
    if (residue.count > 0)
        *ret_why = first_residue(proof->arena, &residue);
    return true;
}

static bool prove_on(Proof *proof, Replay *replay, const Snapshot *from, Error *err)
{
    const char *why = NULL;
    Snapshot server = {.server_version = replay->server_version};
    if (!same_major(&server, from))
        return unproved(proof, arena_printf(proof->arena,
                                            "the throwaway server is PostgreSQL %d, the database %d",
                                            replay->server_version / 10000,
                                            from->server_version / 10000));
    proof->session = replay->session;
    proof->now.throwaway = true;
    if (!diff_make_roles(proof->arena, replay, from, proof->to, err) ||
        !build_copy(proof, from, &why, err))
        return false;
    return why ? unproved(proof, why) : judge(proof, err);
}

static bool prove_on_copy(Proof *proof, const Snapshot *from, Error *err)
{
    Replay replay = {0};
    if (!replay_empty(proof->arena, &proof->options->replay, &replay, err))
        return error_prefix(err, "the plan could not be proved");
    replay_spoil(&replay);
    bool done = prove_on(proof, &replay, from, err);
    replay_end(&replay);
    return done;
}

static bool prove(Proof *proof, DiffSide *from, Error *err)
{
    if (!from->has_replay)
        return prove_on_copy(proof, &from->snapshot, err);
    replay_spoil(&from->replay);
    proof->session = from->replay.session;
    proof->now.throwaway = true;
    return session_exec(proof->session, "RESET SESSION AUTHORIZATION; RESET ALL", err) &&
           diff_make_roles(proof->arena, &from->replay, &from->snapshot, proof->to, err) &&
           judge(proof, err);
}

/* ---- the whole ---- */

static bool check_versions(const DiffSide *from, const DiffSide *to, Error *err)
{
    if (same_major(&from->snapshot, &to->snapshot))
        return true;
    error_set(err, EXIT_USAGE, "%s is PostgreSQL %d and %s is %d", from->source.shown,
              from->snapshot.server_version / 10000, to->source.shown,
              to->snapshot.server_version / 10000);
    error_detail(err, "Servers of different versions print the same definitions differently.");
    return error_hint(err, "Choose a throwaway server of the other one's version with --dev-url, or say "
                           "--cross-version.");
}

static void add_left_out(Arena *arena, const Snapshot *snapshot, StringList *ret)
{
    for (size_t i = 0; i < snapshot->left_out.count; i++)
        VEC_PUSH(arena, *ret, snapshot->left_out.items[i]);
}

bool diff_run(Arena *arena, DiffSide *from, DiffSide *to, const DiffOptions *options,
              DiffResult *ret, Error *err)
{
    Proof proof = {.arena = arena, .options = options, .to = &to->snapshot, .result = ret};
    *ret = (DiffResult){0};
    if (!options->cross_version && !check_versions(from, to, err))
        return false;
    add_left_out(arena, &from->snapshot, &ret->left_out);
    add_left_out(arena, &to->snapshot, &ret->left_out);
    if (!plan_make(arena, &from->snapshot, &to->snapshot, &options->plan, &ret->plan, err))
        return false;
    if (!options->verify || ret->plan.statements.count == 0)
        return true;
    return prove(&proof, from, err);
}
