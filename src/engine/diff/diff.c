/*
 * Plans from one schema to another and proves the plan: applied to a copy of *from* and read again, it
 * must leave no difference to *to*. What it leaves (a side effect: default privileges, names that the
 * server chose) is planned again, a few times; what remains then is told.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "diff_private.h"

#define PROOF_ROUNDS 3

typedef struct Proof {
    DiffCopy *copy;
    const Snapshot *to;
    DiffResult *result;
} Proof;

/* What is still different gets a plan of its own, behind the first one. */
static bool plan_rest(Proof *proof, Error *err)
{
    SchemaPlan rest;
    DiffCopy *copy = proof->copy;
    if (!plan_make(copy->arena, &copy->now, proof->to, &copy->options->plan, &rest, err))
        return false;
    plan_append(copy->arena, &proof->result->plan, &rest);
    return true;
}

static bool try_rounds(Proof *proof, Error *err)
{
    DiffCopy *copy = proof->copy;
    DiffResult *result = proof->result;
    for (int round = 0; round < PROOF_ROUNDS; round++) {
        if (!diff_copy_apply(copy, &result->plan, err))
            return false;
        plan_compare(copy->arena, &copy->now, proof->to, &copy->options->plan, &result->residue);
        if (result->residue.count == 0) {
            result->proof = DIFF_PROVED;
            return true;
        }
        if (round + 1 < PROOF_ROUNDS && !plan_rest(proof, err))
            return false;
        if (copy->applied == result->plan.statements.count)
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
        proof->result->why = diff_sentence(proof->copy->arena, &failure);
    } else {
        error_copy(err, &failure);
    }
    error_clear(&failure);
    return plan_failed;
}

static bool prove(Proof *proof, Error *err)
{
    const char *why;
    if (!diff_copy_open(proof->copy, &why, err))
        return false;
    if (!why)
        return judge(proof, err);
    proof->result->proof = DIFF_UNPROVED;
    proof->result->why = why;
    return true;
}

/* ---- the whole ---- */

static bool same_major(const Snapshot *one, const Snapshot *two)
{
    return one->server_version / 10000 == two->server_version / 10000;
}

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

/* What a plan from there has before its changes and statements: the renames. */
static void put_before(Arena *arena, const SchemaPlan *renames, const ChangeList *changes,
                       DiffResult *ret)
{
    ChangeList all = *changes;
    SchemaPlan whole = *renames;
    for (size_t i = 0; i < ret->plan.changes.count; i++)
        VEC_PUSH(arena, all, ret->plan.changes.items[i]);
    ret->renames = whole.statements.count;
    plan_append(arena, &whole, &ret->plan);
    ret->plan.statements = whole.statements;
    ret->plan.parts = whole.parts;
    ret->plan.changes = all;
}

static bool plan(DiffCopy *copy, DiffSide *to, DiffResult *ret, Error *err)
{
    SchemaPlan renames;
    ChangeList renamed = {0};
    StringList hints = {0};
    if (!diff_rename(copy, to, &renames, &renamed, &hints, err))
        return false;
    const Snapshot *start = renames.statements.count > 0 ? &copy->now : &copy->from->snapshot;
    if (!plan_make(copy->arena, start, &to->snapshot, &copy->options->plan, &ret->plan, err))
        return false;
    ret->plan.rename_hints = hints;
    put_before(copy->arena, &renames, &renamed, ret);
    return true;
}

bool diff_run(Arena *arena, DiffSide *from, DiffSide *to, const DiffOptions *options,
              DiffResult *ret, Error *err)
{
    DiffCopy copy = {.arena = arena, .options = options, .from = from, .to = &to->snapshot};
    Proof proof = {&copy, &to->snapshot, ret};
    *ret = (DiffResult){0};
    if (!options->cross_version && !check_versions(from, to, err))
        return false;
    add_left_out(arena, &from->snapshot, &ret->left_out);
    add_left_out(arena, &to->snapshot, &ret->left_out);
    bool done = plan(&copy, to, ret, err);
    if (done && options->verify && ret->plan.statements.count > 0)
        done = prove(&proof, err);
    diff_copy_end(&copy);
    return done;
}
