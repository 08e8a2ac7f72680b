/*
 * Prints what an apply would send: the frames that it sends, to a printer. Reads files and the
 * catalog; sends nothing. In full, psql runs it to the same end, and apply
 * resumes what it left when it was stopped.
 */
#include <string.h>

#include "apply_notx.h"

typedef struct DryRun {
    ApplyRun run;
    ApplyPlan plan;
    ApplyEvents events;
    PrintSender print;
    Arena *arena;
    bool full;
} DryRun;

/* ---- what happens on the way is a comment ---- */

static void on_note(void *context, const char *text)
{
    DryRun *dry = context;
    Arena *scratch = arena_new();
    apply_print_text(&dry->print, arena_printf(scratch, "-- %s\n", text));
    arena_free(scratch);
}

/* ---- head and end ---- */

static const char *way_of(const ApplyRun *run, const ApplyStep *step)
{
    if (!step->plan.transactional || step->resume != NULL)
        return "no transaction: statement by statement, each recorded";
    return run->options->tx_mode == TXMODE_ALL ? "in the one transaction of all files"
                                               : "one transaction";
}

static void tell_file(DryRun *dry, const ApplyStep *step)
{
    Arena *scratch = arena_new();
    const char *reason = step->plan.reason;
    apply_print_text(&dry->print,
                     arena_printf(scratch, "\n-- %s: %s%s%s%s\n", step->migration->name,
                                  way_of(&dry->run, step), reason != NULL ? " (" : "",
                                  reason != NULL ? reason : "", reason != NULL ? ")" : ""));
    arena_free(scratch);
}

static void tell_files(DryRun *dry)
{
    size_t count = dry->plan.steps.count;
    apply_print_text(&dry->print,
                     arena_printf(dry->arena, "-- %zu file%s for %s\n", count,
                                  count == 1 ? "" : "s", session_shown(dry->run.session)));
}

static bool lock(DryRun *dry, LockScript *ret, Error *err)
{
    const ApplyOptions *options = dry->run.options;
    History *history = &dry->plan.history;
    LockOptions wanted = {.kind = options->lock,
                          .schema = history->schema,
                          .table = history->table,
                          .lease_ms = options->lease_ms,
                          .command = options->command};
    if (!lock_script(dry->arena, dry->run.session, &wanted, ret, err))
        return false;
    dry->run.fence = ret->fence;
    dry->run.pooled = session_pooled(dry->run.session) || ret->kind == LOCK_LEASE;
    if (!dry->full)
        return true;
    if (ret->kind == LOCK_LEASE && !history->schema_exists) {
        /* The lease's table comes first: apply finds the schema there, too. */
        apply_print_text(&dry->print,
                         arena_printf(dry->arena, "CREATE SCHEMA IF NOT EXISTS %s;\n",
                                      session_quote_identifier(dry->arena, history->schema)));
        history->schema_exists = true;
    }
    apply_print_text(&dry->print, ret->take);
    return true;
}

/* Without a stop at the first error, what stands behind a failed statement would record it as done.
 */
static bool head(DryRun *dry, LockScript *lock_sql, Error *err)
{
    ApplyRun *run = &dry->run;
    ApplySender *sender = &dry->print.sender;
    tell_files(dry);
    if (dry->full)
        apply_print_text(
            &dry->print,
            "-- What `dbmig apply` sends, for psql; it stops at the first error. What is then\n"
            "-- left, `dbmig apply` takes up. A procedure that commits is not allowed here.\n"
            "\\set ON_ERROR_STOP on\n"
            "SET client_encoding = 'UTF8';\n");
    if (!lock(dry, lock_sql, err) || !apply_read_settings(run, err) ||
        !apply_settings_frames(run, sender, err))
        return false;
    if (run->plan->create_history) {
        if (!apply_history_frames(run, sender, err))
            return false;
        history_created(&dry->plan.history);
    }
    run->next_rank = history_next_rank(&dry->plan.history);
    return run->plan->baseline == NULL || apply_baseline_frames(run, run->next_rank++, sender, err);
}

/* ---- files ---- */

static bool print_notx(DryRun *dry, const ApplyStep *step, size_t index, Error *err)
{
    NoTx notx = {.run = &dry->run, .index = index, .step = step, .sender = &dry->print.sender};
    bool recorded = false;
    if (!apply_notx_frames(&notx, &recorded, err))
        return false;
    apply_recorded(&dry->run, step, notx.progress.rank);
    return true;
}

static bool print_file(DryRun *dry, const ApplyStep *step, size_t index, Error *err)
{
    ApplyRun *run = &dry->run;
    bool all = run->options->tx_mode == TXMODE_ALL;
    size_t count = run->plan->steps.count;
    unsigned edges =
        (!all || index == 0 ? FILE_BEGINS : 0) | (!all || index + 1 == count ? FILE_COMMITS : 0);
    int rank = run->next_rank + (all ? (int)index : 0);
    if (!apply_file_frames(run, step, rank, edges, &dry->print.sender, err))
        return false;
    if (!all) {
        apply_recorded(run, step, rank);
        run->next_rank++;
    }
    return true;
}

static bool print_steps(DryRun *dry, Error *err)
{
    for (size_t i = 0; i < dry->plan.steps.count && !dry->print.broken; i++) {
        const ApplyStep *step = &dry->plan.steps.items[i];
        bool notx = !step->plan.transactional || step->resume != NULL;
        tell_file(dry, step);
        if (!(notx ? print_notx(dry, step, i, err) : print_file(dry, step, i, err)))
            return false;
    }
    return true;
}

/* People see the files with secrets left out: steps of their own, with masked placeholders. */
static void mask_placeholders(DryRun *dry)
{
    const Placeholders *masked =
        placeholders_masked(dry->plan.placeholders, dry->run.options->secret_placeholders);
    size_t count = dry->plan.steps.count;
    ApplyStep *steps = arena_calloc(dry->arena, count + 1, sizeof(*steps));
    for (size_t i = 0; i < count; i++) {
        steps[i] = dry->plan.steps.items[i];
        if (steps[i].plan.placeholders != NULL)
            steps[i].plan.placeholders = masked;
    }
    dry->plan.steps.items = steps;
}

bool apply_dry_run(Arena *arena, Session *session, const ApplyOptions *options,
                   const ApplyPlan *plan, bool full,
                   bool (*sink)(void *context, const char *text, size_t len), void *context,
                   Error *err)
{
    DryRun dry = {.run = {.arena = arena, .session = session, .options = options},
                  .plan = *plan,
                  .arena = arena,
                  .full = full};
    LockScript lock_sql = {0};
    if (plan->steps.count == 0 && plan->baseline == NULL)
        return true;
    dry.run.plan = &dry.plan;
    dry.run.events = &dry.events;
    dry.events.context = &dry;
    dry.events.note = on_note;
    apply_print_begin(&dry.print, sink, context, full);
    if (!full && plan->placeholders != NULL)
        mask_placeholders(&dry);
    if (!head(&dry, &lock_sql, err) || !print_steps(&dry, err))
        return false;
    if (full)
        apply_print_text(&dry.print, arena_printf(arena, "\n%s", lock_sql.release));
    return true;
}
