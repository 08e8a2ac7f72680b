/*
 * Renames before the plan: what the user said and answers, done on a copy of *from*. The server renames
 * what mentions the names, so the rest is planned from a schema that has them already.
 */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "diff_private.h"

#define MOST_HINTS 20

typedef struct Renaming {
    DiffCopy *copy;
    DiffSide *to;
    SchemaPlan *plan;
    ChangeList *changes;
    StringList refused; /* flags of proposals that were answered with no */
} Renaming;

static const Snapshot *current(const Renaming *renaming)
{
    return renaming->copy->ready ? &renaming->copy->now : &renaming->copy->from->snapshot;
}

static bool collect_wishes(const Renaming *renaming, RenameWishes *ret, Error *err)
{
    Arena *arena = renaming->copy->arena;
    const StringList *given = renaming->copy->options->plan.renames;
    for (size_t i = 0; given && i < given->count; i++) {
        RenameWish wish;
        if (!rename_parse(arena, given->items[i], &wish, err))
            return false;
        VEC_PUSH(arena, *ret, wish);
    }
    for (size_t i = 0; i < renaming->to->renamed.count; i++)
        VEC_PUSH(arena, *ret, renaming->to->renamed.items[i]);
    return true;
}

/* ---- doing ---- */

static bool no_copy(const Renaming *renaming, const char *why, Error *err)
{
    error_set(err, EXIT_USAGE, "renames need an exact copy of %s to be planned on",
              renaming->copy->from->source.shown);
    error_detail(err, "%s.", why);
    return error_hint(err, "Rename by hand in a migration of its own first.");
}

static void note_changes(Renaming *renaming, const RenameList *renames)
{
    for (size_t i = 0; i < renames->count; i++) {
        Change change = {
            .kind = CHANGE_ALTER,
            .before = renames->items[i].before,
            .after = renames->items[i].after,
        };
        VEC_PUSH(renaming->copy->arena, change.attributes, "name");
        VEC_PUSH(renaming->copy->arena, *renaming->changes, change);
    }
}

static bool run(Renaming *renaming, const RenameList *renames, Error *err)
{
    DiffCopy *copy = renaming->copy;
    SchemaPlan statements;
    const char *why;
    rename_statements(copy->arena, current(renaming), renames, &statements);
    note_changes(renaming, renames);
    plan_append(copy->arena, renaming->plan, &statements);
    if (!diff_copy_open(copy, &why, err))
        return false;
    if (why)
        return no_copy(renaming, why, err);
    if (!diff_copy_apply(copy, renaming->plan, err))
        return error_prefix(err, "a rename failed on a copy");
    return true;
}

/* The renames, and then what follows from them: the keys and indexes of a renamed table are named after
   it. */
static bool run_all(Renaming *renaming, const RenameList *renames, Error *err)
{
    RenameList proposals = {0}, followers = {0};
    if (renames->count == 0)
        return true;
    if (!run(renaming, renames, err))
        return false;
    rename_propose(renaming->copy->arena, current(renaming), &renaming->to->snapshot, &proposals);
    rename_followers(renaming->copy->arena, renames, &proposals, &followers);
    return followers.count == 0 || run(renaming, &followers, err);
}

/* ---- asking ---- */

static bool is_refused(const Renaming *renaming, const char *flag)
{
    for (size_t i = 0; i < renaming->refused.count; i++) {
        if (strcmp(renaming->refused.items[i], flag) == 0)
            return true;
    }
    return false;
}

static bool ask(Renaming *renaming, const Rename *rename)
{
    const DiffOptions *options = renaming->copy->options;
    const char *flag = rename_flag(renaming->copy->arena, rename);
    if (!options->confirm_rename || is_refused(renaming, flag))
        return false;
    const char *new, *old = rename_shown(renaming->copy->arena, rename, &new);
    const char *question = arena_printf(renaming->copy->arena, "was %s renamed to %s?", old, new);
    if (options->confirm_rename(options->confirm_context, question))
        return true;
    VEC_PUSH(renaming->copy->arena, renaming->refused, flag);
    return false;
}

/* One answer may settle other proposals: after each yes they are made again. */
static bool propose(Renaming *renaming, StringList *ret_hints, Error *err)
{
    Arena *arena = renaming->copy->arena;
    RenameList proposals = {0}, accepted = {0};
    rename_propose(arena, current(renaming), &renaming->to->snapshot, &proposals);
    for (size_t i = 0; i < proposals.count && accepted.count == 0; i++) {
        if (ask(renaming, &proposals.items[i]))
            VEC_PUSH(arena, accepted, proposals.items[i]);
    }
    if (accepted.count > 0)
        return run_all(renaming, &accepted, err) && propose(renaming, ret_hints, err);
    for (size_t i = 0; i < proposals.count && i < MOST_HINTS; i++) {
        const char *flag = rename_flag(arena, &proposals.items[i]);
        const char *new, *old = rename_shown(arena, &proposals.items[i], &new);
        if (!is_refused(renaming, flag))
            VEC_PUSH(arena, *ret_hints,
                     arena_printf(arena, "%s may have been renamed to %s: if so, say --rename %s", old, new,
                                  flag));
    }
    if (proposals.count > MOST_HINTS)
        VEC_PUSH(arena, *ret_hints, arena_printf(arena, "and %zu more", proposals.count - MOST_HINTS));
    return true;
}

bool diff_rename(DiffCopy *copy, DiffSide *to, SchemaPlan *ret_plan, ChangeList *ret_changes,
                 StringList *ret_hints, Error *err)
{
    Renaming renaming = {.copy = copy, .to = to, .plan = ret_plan, .changes = ret_changes};
    RenameWishes wishes = {0};
    RenameList renames = {0};
    *ret_plan = (SchemaPlan){0};
    return collect_wishes(&renaming, &wishes, err) &&
           rename_resolve(copy->arena, &copy->from->snapshot, &to->snapshot, &wishes, &renames, err) &&
           run_all(&renaming, &renames, err) && propose(&renaming, ret_hints, err);
}
