/*
 * Prints what an apply would send, as SQL for psql, with comments that say which file it is and how it
 * runs. Reads files; sends nothing.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"

typedef struct DryRun {
    ApplyRun run;
    bool (*sink)(void *context, const char *text, size_t len);
    void *context;
    bool broken;   /* the sink takes no more */
} DryRun;

static void put(DryRun *dry, const char *text, size_t len)
{
    if (!dry->broken)
        dry->broken = !dry->sink(dry->context, text, len);
}

static void put_text(DryRun *dry, const char *text)
{
    put(dry, text, strlen(text));
}

static void put_sql(DryRun *dry, const char *sql)
{
    if (sql == NULL)
        return;
    put_text(dry, sql);
    put_text(dry, ";\n");
}

/* A comment at its end would swallow the semicolon. */
static void put_item(DryRun *dry, const SqlItem *item)
{
    const char *line = item->text;
    for (const char *at = line; (at = memchr(at, '\n', item->len - (size_t)(at - item->text))) != NULL;)
        line = ++at;
    put(dry, item->text, item->len);
    put_text(dry, strstr(line, "--") != NULL ? "\n;\n" : ";\n");
}

static void put_any(DryRun *dry, const SqlItem *item)
{
    if (item->kind == SQL_ITEM_COPY_DATA)
        put(dry, item->text, item->len);
    else if (item->kind == SQL_ITEM_COPY_END)
        put_text(dry, "\\.\n");
    else
        put_item(dry, item);
}

static void put_tail(DryRun *dry, const ApplyUnit *unit)
{
    put_sql(dry, unit->check);
    put_sql(dry, unit->constraints);
    for (size_t i = 0; unit->resets[i] != NULL; i++)
        put_sql(dry, unit->resets[i]);
    put_sql(dry, unit->settings);
    put_sql(dry, unit->insert);
}

static bool put_transactional(DryRun *dry, const ApplyStep *step, const ApplyUnit *unit,
                              FileScan *scan, bool begin, bool commit, Error *err)
{
    SqlItem item = {0};
    if (begin)
        put_sql(dry, unit->begin);
    if (!fileplan_next(scan, &item, err))
        return false;
    while (step->plan.sets_transaction && item.kind == SQL_ITEM_STATEMENT &&
           item.verb == SQL_VERB_SET_TRANSACTION) {
        put_item(dry, &item);
        if (!fileplan_next(scan, &item, err))
            return false;
    }
    if (begin) {
        put_sql(dry, unit->fence);
        put_sql(dry, unit->local_settings);
        put_sql(dry, unit->guard);
    }
    while (item.kind != SQL_ITEM_END && !dry->broken) {
        put_any(dry, &item);
        if (!fileplan_next(scan, &item, err))
            return false;
    }
    put_tail(dry, unit);
    put_sql(dry, commit ? unit->commit : NULL);
    return true;
}

/* ---- without a transaction ---- */

typedef struct DryProgress {
    HistoryProgress progress;
    Sha256 sha;
    char hex[SHA256_HEX_SIZE];
} DryProgress;

static void put_progress(DryRun *dry, DryProgress *at, bool in_transaction)
{
    Arena *scratch = arena_new();
    uint8_t digest[SHA256_SIZE];
    sha256_digest(&at->sha, digest);
    hash_hex(digest, SHA256_SIZE, at->hex);
    at->progress.applied_sha256 = at->hex;
    if (!in_transaction)
        put_sql(dry, "BEGIN");
    put_sql(dry, history_progress_sql(scratch, &dry->run.plan->history, &at->progress));
    put_sql(dry, "COMMIT");
    arena_free(scratch);
}

static bool put_statement(DryRun *dry, DryProgress *at, FileScan *scan, SqlItem *item, Error *err)
{
    bool outside = item->inside_transaction_forbidden;
    if (outside) {
        at->progress.started = at->progress.applied + 1;
        put_progress(dry, at, false);
    } else {
        put_sql(dry, "BEGIN");
    }
    put_item(dry, item);
    sha256_add_field(&at->sha, item->text, item->len);
    if (item->kind == SQL_ITEM_COPY) {
        Sha256 data;
        uint8_t digest[SHA256_SIZE];
        sha256_begin(&data);
        do {
            if (!fileplan_next(scan, item, err))
                return false;
            put_any(dry, item);
            if (item->kind == SQL_ITEM_COPY_DATA)
                sha256_add(&data, item->text, item->len);
        } while (item->kind == SQL_ITEM_COPY_DATA);
        sha256_digest(&data, digest);
        sha256_add_field(&at->sha, digest, sizeof(digest));
    }
    at->progress.applied++;
    at->progress.started = 0;
    put_progress(dry, at, !outside);
    return true;
}

static bool put_notx(DryRun *dry, const ApplyStep *step, const ApplyUnit *unit, int rank,
                     FileScan *scan, Error *err)
{
    Arena *scratch = arena_new();
    const History *history = &dry->run.plan->history;
    DryProgress at = {.progress = {.rank = rank}};
    HistoryRow row = apply_history_row(&dry->run, scratch, step, rank);
    SqlItem item = {0};
    int skip = step->resume != NULL ? step->resume->statements_applied : 0;
    bool ok = true;
    sha256_begin(&at.sha);
    row.statements_applied = 0;
    put_sql(dry, "BEGIN");
    put_sql(dry, step->resume != NULL ? NULL : unit->guard);
    put_sql(dry, step->resume != NULL ? history_resume_sql(scratch, history, &row)
                                      : history_begin_sql(scratch, history, &row));
    put_sql(dry, "COMMIT");
    while (ok && !dry->broken && (ok = fileplan_next(scan, &item, err)) &&
           item.kind != SQL_ITEM_END) {
        bool statement = item.kind == SQL_ITEM_STATEMENT || item.kind == SQL_ITEM_COPY;
        if (statement && at.progress.applied < skip) {
            sha256_add_field(&at.sha, item.text, item.len);
            at.progress.applied++;
        } else if (statement) {
            ok = put_statement(dry, &at, scan, &item, err);
        }
    }
    put_sql(dry, apply_reset_script(&dry->run, scratch, &step->plan));
    row.statements_applied = row.statements_total;
    put_sql(dry, "BEGIN");
    put_sql(dry, history_finish_sql(scratch, history, &row));
    put_sql(dry, "COMMIT");
    arena_free(scratch);
    return ok;
}

/* ---- all ---- */

static bool put_step(DryRun *dry, size_t index, bool all, Error *err)
{
    ApplyRun *run = &dry->run;
    const ApplyStep *step = &run->plan->steps.items[index];
    bool transactional = step->plan.transactional && step->resume == NULL;
    int rank = step->resume != NULL ? step->resume->rank : run->next_rank++;
    Arena *scratch = arena_new();
    ApplyUnit unit;
    FileScan *scan = NULL;
    put_text(dry, arena_printf(scratch, "\n-- %s: %s%s%s\n", step->migration->name,
                               transactional ? "one transaction" : "no transaction",
                               step->plan.reason != NULL ? ", " : "",
                               step->plan.reason != NULL ? step->plan.reason : ""));
    apply_unit_make(run, scratch, step, rank, &unit);
    bool first = !all || index == 0, last = !all || index + 1 == run->plan->steps.count;
    bool ok = fileplan_open(&step->plan, &scan, err) &&
              (transactional ? put_transactional(dry, step, &unit, scan, first, last, err)
                             : put_notx(dry, step, &unit, rank, scan, err));
    if (ok)
        apply_recorded(run, step, rank);
    fileplan_close(scan);
    arena_free(scratch);
    return ok;
}

static void put_head(DryRun *dry, Arena *scratch)
{
    const ApplyPlan *plan = dry->run.plan;
    const ApplyOptions *options = dry->run.options;
    put_text(dry, arena_printf(scratch, "-- %zu file%s for %s\n", plan->steps.count,
                               plan->steps.count == 1 ? "" : "s", session_shown(dry->run.session)));
    put_text(dry, arena_printf(scratch, "-- migration lock: waits up to %lld ms\n",
                               (long long)options->lock_timeout_ms));
    if (!dry->run.pooled)
        put_sql(dry, apply_settings_sql(&dry->run, scratch, false));
    if (plan->create_history)
        put_text(dry, history_create_sql(scratch, &plan->history));
    if (plan->baseline == NULL)
        return;
    HistoryRow row = apply_baseline_row(&dry->run, plan->baseline, dry->run.next_rank++);
    put_sql(dry, "BEGIN");
    put_sql(dry, history_insert_sql(scratch, &plan->history, &row, NULL));
    put_sql(dry, "COMMIT");
}

bool apply_dry_run(Arena *arena, Session *session, const ApplyOptions *options,
                   const ApplyPlan *plan, bool (*sink)(void *context, const char *text, size_t len),
                   void *context, Error *err)
{
    ApplyPlan copy = *plan;
    DryRun dry = {.run = {.arena = arena, .session = session, .options = options, .plan = &copy,
                          .pooled = session_pooled(session),
                          .next_rank = history_next_rank(&plan->history)},
                  .sink = sink, .context = context};
    if (plan->steps.count == 0 && plan->baseline == NULL)
        return true;
    put_head(&dry, arena);
    for (size_t i = 0; i < plan->steps.count && !dry.broken; i++) {
        if (!put_step(&dry, i, options->tx_mode == TXMODE_ALL, err))
            return false;
    }
    return true;
}
