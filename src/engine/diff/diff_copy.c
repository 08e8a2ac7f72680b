/*
 * The copy of *from* that plans are tried on: the throwaway it was loaded on, or one that is built by our
 * own SQL and must read back equal.
 */
#include "dbmig/base/text.h"
#include "diff_private.h"

const char *diff_sentence(Arena *arena, const Error *err)
{
    return arena_printf(arena, "%s%s%s", err->primary, err->detail ? ": " : "",
                        err->detail ? err->detail : "");
}

static bool run(DiffCopy *copy, const SchemaPlan *plan, size_t first, Error *err)
{
    size_t failed;
    /* The copy has no transaction open and no setting that a statement left. */
    if (diff_apply(copy->session, plan, first, &failed, err))
        return session_exec(copy->session, "RESET SESSION AUTHORIZATION; RESET ALL", err);
    if (err->code == EXIT_SQL)
        error_prefix(err, "statement %zu of %zu", failed + 1, plan->statements.count);
    return false;
}

static bool read_again(DiffCopy *copy, Error *err)
{
    SnapshotOptions options = copy->options->snapshot;
    options.throwaway = true;
    return snapshot_read(copy->arena, copy->session, &options, &copy->now, err);
}

bool diff_copy_apply(DiffCopy *copy, const SchemaPlan *plan, Error *err)
{
    if (!run(copy, plan, copy->applied, err))
        return false;
    copy->applied = plan->statements.count;
    return read_again(copy, err);
}

static const char *first_residue(Arena *arena, const ChangeList *residue)
{
    const Change *change = &residue->items[0];
    const Object *object = change->after ? change->after : change->before;
    return arena_printf(arena, "the copy differs from it in %zu object%s, first %s %s", residue->count,
                        residue->count == 1 ? "" : "s", kind_spec(object->kind)->name, object->key);
}

/* Whatever the user wants of the plan, the copy is to be whole. */
static bool build(DiffCopy *copy, const char **ret_why, Error *err)
{
    const Snapshot *from = &copy->from->snapshot;
    SchemaPlan plan;
    Snapshot empty;
    ChangeList residue;
    snapshot_empty(copy->arena, from, &empty);
    if (!plan_make(copy->arena, &empty, from, NULL, &plan, err))
        return false;
    if (!run(copy, &plan, 0, err)) {
        if (err->code != EXIT_SQL)
            return false;
        *ret_why = arena_printf(copy->arena, "no copy of it could be made: %s",
                                diff_sentence(copy->arena, err));
        error_clear(err);
        return true;
    }
    if (!read_again(copy, err))
        return false;
    plan_compare(copy->arena, &copy->now, from, NULL, &residue);
    if (residue.count > 0)
        *ret_why = first_residue(copy->arena, &residue);
    copy->ready = residue.count == 0;
    return true;
}

static bool open_own(DiffCopy *copy, const char **ret_why, Error *err)
{
    int wanted = copy->from->snapshot.server_version / 10000;
    if (!replay_empty(copy->arena, &copy->options->replay, &copy->own, err))
        return error_prefix(err, "the plan could not be verified");
    copy->has_own = true;
    replay_spoil(&copy->own);
    if (copy->own.server_version / 10000 != wanted) {
        *ret_why = arena_printf(copy->arena, "the throwaway server is PostgreSQL %d, the database %d",
                                copy->own.server_version / 10000, wanted);
        return true;
    }
    copy->session = copy->own.session;
    return diff_make_roles(copy->arena, &copy->own, &copy->from->snapshot, copy->to, err) &&
           build(copy, ret_why, err);
}

bool diff_copy_open(DiffCopy *copy, const char **ret_why, Error *err)
{
    *ret_why = NULL;
    if (copy->ready)
        return true;
    if (!copy->from->has_replay)
        return open_own(copy, ret_why, err);
    replay_spoil(&copy->from->replay);
    copy->session = copy->from->replay.session;
    copy->now = copy->from->snapshot;
    copy->ready = true;
    return session_exec(copy->session, "RESET SESSION AUTHORIZATION; RESET ALL", err) &&
           diff_make_roles(copy->arena, &copy->from->replay, &copy->from->snapshot, copy->to, err);
}

void diff_copy_end(DiffCopy *copy)
{
    if (copy->has_own)
        replay_end(&copy->own);
    copy->has_own = copy->ready = false;
}
