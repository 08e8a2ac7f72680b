/*
 * Decides what an apply does: folder, sum file, history, comparison, and for each pending file how it
 * runs. Reads only.
 */
#include <time.h>
#include <unistd.h>

#include "apply_internal.h"
#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/project/blank.h"
#include "dbmig/project/sumfile.h"

#define OLDEST_SERVER 130000

bool apply_folder(Arena *arena, const ApplyOptions *options, MigrationFolder *ret, Error *err)
{
    return migration_load(arena, options->dir, NULL, ret, err) &&
           sumfile_verify(arena, ret, NULL, err);
}

static bool load_folder(Arena *arena, const ApplyOptions *options, ApplyPlan *plan, Error *err)
{
    if (options->folder != NULL)
        plan->folder = *options->folder;
    else if (!apply_folder(arena, options, &plan->folder, err))
        return false;
    for (size_t i = 0; i < plan->folder.warnings.count; i++)
        VEC_PUSH(arena, plan->warnings, plan->folder.warnings.items[i]);
    return true;
}

static bool check_server(const Session *session, Error *err)
{
    int version = session_version(session);
    if (version >= OLDEST_SERVER)
        return true;
    error_set(err, EXIT_CONNECTION, "%s is PostgreSQL %d, which is too old", session_shown(session),
              version / 10000);
    return error_hint(err, "dbmig works with PostgreSQL 13 and later.");
}

bool apply_placeholders(Arena *arena, const Session *session, const ApplyOptions *options,
                        const History *history, const Placeholders **ret, Error *err)
{
    *ret = NULL;
    if (!options->placeholders)
        return true;
    Placeholders *made = NULL;
    if (!placeholders_new(arena, options->placeholder_values, &made, err))
        return false;
    char folder[4096], now[32];
    time_t seconds = time(NULL);
    struct tm local;
    strftime(now, sizeof(now), "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &local));
    placeholders_set_builtin(made, "defaultSchema", history->schema);
    placeholders_set_builtin(made, "table", history->table);
    placeholders_set_builtin(made, "user", session_user(session));
    placeholders_set_builtin(made, "database", session_database(session));
    placeholders_set_builtin(made, "timestamp", now);
    placeholders_set_builtin(made, "environment", "");
    placeholders_set_builtin(made, "workingDirectory", getcwd(folder, sizeof(folder)));
    *ret = made;
    return true;
}

static bool compare(Arena *arena, const ApplyOptions *options, ApplyPlan *plan,
                    ApplyComparison *ret, Error *err)
{
    if (!apply_compare(arena, &plan->folder, &plan->history, options, plan->placeholders, ret, err))
        return false;
    plan->status = ret->list;
    plan->current = ret->current;
    plan->baseline = ret->write_baseline ? ret->baseline : NULL;
    return true;
}

static bool runs(const MigrationStatus *status, const ApplyOptions *options)
{
    if (apply_left_out(status, options))
        return false;
    switch (status->state) {
    case STATE_PENDING:
    case STATE_OUTDATED:
        return true;
    case STATE_FAILED:
        return status->migration != NULL;
    case STATE_OUT_OF_ORDER:
        return options->only != NULL ||
               apply_out_of_order_wanted(options, status->migration->version);
    default:
        return false;
    }
}

/* A failed row can be gone on with when it says how far the file got. */
static bool check_resume(const MigrationStatus *status, Error *err)
{
    const HistoryRow *row = status->row;
    if (status->state != STATE_FAILED || row->statements_total > 0)
        return true;
    error_set(err, EXIT_INTEGRITY, "%s failed before, and how far it got is not known", row->script);
    if (row->error != NULL)
        error_detail(err, "It failed with: %s", row->error);
    return error_hint(err, "See what of it is in the database, undo or complete that by hand, and tell "
                           "the history with `dbmig repair`.");
}

static bool check_tx_all(const ApplyStep *step, const ApplyOptions *options, Error *err)
{
    if (options->tx_mode != TXMODE_ALL || (step->plan.transactional && step->resume == NULL))
        return true;
    error_set(err, EXIT_USAGE, "--tx-mode all is not possible: %s needs to run outside a transaction",
              step->migration->name);
    if (step->plan.reason != NULL)
        error_detail(err, "%s", step->plan.reason);
    return error_hint(err, "Apply up to the file before it first (--to), or use --tx-mode file.");
}

/* Outside a transaction nothing keeps a pooler's server connection, or a lost lease, from us. */
static bool check_pooler(const ApplyStep *step, const Session *session, const ApplyOptions *options,
                         Error *err)
{
    bool pooled = session_pooled(session), lease = options->lock == LOCK_LEASE;
    if ((!pooled && !lease) || (step->plan.transactional && step->resume == NULL))
        return true;
    error_set(err, EXIT_USAGE, "%s needs to run outside a transaction, which is not safe %s",
              step->migration->name, pooled ? "through a transaction pooler" : "with --lock lease");
    error_detail(err, "%s.", step->plan.reason != NULL ? step->plan.reason
                                                       : "It was begun so and is not finished");
    return error_hint(err, pooled ? "Connect to the server itself, not to its pooler, to apply this file."
                                  : "Use --lock advisory on a connection without pooler.");
}

static bool make_step(Arena *arena, const Session *session, const ApplyOptions *options,
                      const ApplyPlan *plan, const MigrationStatus *status, ApplyStep *ret,
                      Error *err)
{
    const Migration *migration = status->migration;
    *ret = (ApplyStep){.migration = migration, .checksum = migration->checksum,
                       .resume = status->state == STATE_FAILED ? status->row : NULL,
                       .out_of_order = status->state == STATE_OUT_OF_ORDER};
    if (migration->kind == MIGRATION_REPEATABLE &&
        !placeholder_checksum(migration, plan->placeholders, &ret->checksum, err))
        return false;
    return fileplan_make_with(arena, migration, plan->placeholders, options->tx_mode,
                              session_version(session), &ret->plan, err);
}

/* A migration of this folder; several may lie in one file. */
static char *step_key(Arena *arena, const ApplyPlan *plan, const Migration *migration)
{
    return arena_printf(arena, "%td", migration - plan->folder.items);
}

/* Plans of the steps there were, for planning again. */
static Map *old_steps(Arena *arena, const ApplyPlan *plan)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < plan->steps.count; i++)
        map_set(map, step_key(arena, plan, plan->steps.items[i].migration), &plan->steps.items[i]);
    return map;
}

/* The slip after `dbmig create`: what is written into the file later would never run. Older empty files were
   left so on purpose. */
static bool check_newest_is_written(Arena *arena, const ApplyPlan *plan, Error *err)
{
    const Migration *newest = migration_last_version(&plan->folder);
    bool blank = false;
    for (size_t i = 0; i < plan->steps.count; i++) {
        if (plan->steps.items[i].migration != newest || plan->steps.items[i].plan.statements > 0)
            continue;
        if (!migration_is_blank(arena, newest, &blank, err))
            return false;
    }
    if (!blank)
        return true;
    error_set(err, EXIT_INTEGRITY, "%s is empty", newest->name);
    error_detail(err, "Once it is recorded as applied, what is written into it later never runs.");
    error_hint(err, "Write the migration and run `dbmig hash`, or remove the file. A comment in it says that "
                    "it is empty on purpose.");
    return error_at(err, newest->path, 1, 0);
}

static bool make_steps(Arena *arena, const Session *session, const ApplyOptions *options,
                       ApplyPlan *plan, Error *err)
{
    Map *old = old_steps(arena, plan);
    plan->steps.items = NULL;
    plan->steps.count = plan->steps.capacity = 0;
    plan->target = NULL;
    plan->left = 0;
    for (size_t i = 0; i < plan->status.count; i++) {
        const MigrationStatus *status = &plan->status.items[i];
        if (!runs(status, options))
            continue;
        if (options->amount > 0 && plan->steps.count == options->amount) {
            plan->left++;
            continue;
        }
        const ApplyStep *before = map_get(old, step_key(arena, plan, status->migration));
        ApplyStep step;
        if (!check_resume(status, err))
            return false;
        if (before != NULL) {
            step = *before;
            step.resume = status->state == STATE_FAILED ? status->row : NULL;
        } else if (!make_step(arena, session, options, plan, status, &step, err)) {
            return false;
        }
        if (!check_tx_all(&step, options, err) || !check_pooler(&step, session, options, err))
            return false;
        if (status->migration->version != NULL)
            plan->target = status->migration->version;
        if (step.plan.statements == 0)
            VEC_PUSH(arena, plan->warnings,
                     arena_printf(arena, "%s is empty; it will be recorded as applied",
                                  status->migration->name));
        const char *placeholder = fileplan_placeholder_warning(arena, &step.plan);
        if (placeholder != NULL)
            VEC_PUSH(arena, plan->warnings, placeholder);
        VEC_PUSH(arena, plan->steps, step);
    }
    if (plan->target == NULL && plan->steps.count > 0)
        plan->target = plan->current;
    return check_newest_is_written(arena, plan, err);
}

static bool plan_steps(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *plan,
                       Error *err)
{
    ApplyComparison comparison;
    if (!compare(arena, options, plan, &comparison, err) ||
        !apply_refuse(arena, &comparison, options, &plan->warnings, err) ||
        !apply_check_only(&plan->status, options, err))
        return false;
    if (!make_steps(arena, session, options, plan, err)) {
        plan->steps.count = 0; /* those before the one that is refused are no plan */
        plan->target = NULL;
        return false;
    }
    bool writes = plan->steps.count > 0 || plan->baseline != NULL;
    plan->create_history = writes && !plan->history.exists;
    return true;
}

static bool refuse_dirty(Arena *arena, Session *session, const ApplyOptions *options,
                         const ApplyPlan *plan, Error *err)
{
    if (!plan->create_history || plan->baseline != NULL || options->allow_dirty)
        return true;
    return apply_check_dirty(arena, session, plan, err);
}

bool apply_plan(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *ret,
                Error *err)
{
    return apply_plan_unlocked(arena, session, options, ret, err) &&
           refuse_dirty(arena, session, options, ret, err);
}

bool apply_plan_unlocked(Arena *arena, Session *session, const ApplyOptions *options,
                         ApplyPlan *ret, Error *err)
{
    *ret = (ApplyPlan){0};
    return check_server(session, err) && load_folder(arena, options, ret, err) &&
           history_read(arena, session, options->history_schema, options->history_table,
                        &ret->history, err) &&
           apply_placeholders(arena, session, options, &ret->history, &ret->placeholders, err) &&
           plan_steps(arena, session, options, ret, err);
}

bool apply_plan_again(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *plan,
                      Error *err)
{
    plan->history = (History){0};
    plan->warnings = (StringList){0};
    for (size_t i = 0; i < plan->folder.warnings.count; i++)
        VEC_PUSH(arena, plan->warnings, plan->folder.warnings.items[i]);
    return history_read(arena, session, options->history_schema, options->history_table,
                        &plan->history, err) &&
           plan_steps(arena, session, options, plan, err) &&
           refuse_dirty(arena, session, options, plan, err);
}

bool apply_status(Arena *arena, Session *session, const ApplyOptions *options, ApplyPlan *ret,
                  Error *err)
{
    *ret = (ApplyPlan){0};
    ApplyComparison comparison;
    return check_server(session, err) && load_folder(arena, options, ret, err) &&
           history_read(arena, session, options->history_schema, options->history_table,
                        &ret->history, err) &&
           apply_placeholders(arena, session, options, &ret->history, &ret->placeholders, err) &&
           compare(arena, options, ret, &comparison, err);
}
