/* Decides what a repair does, row by row. Reads what apply_status() found, and nothing else. */
#include "dbmig/engine/repair.h"

#include <string.h>

#include "apply/apply_internal.h"
#include "dbmig/base/text.h"

static void add(Arena *arena, AmendPlan *plan, AmendKind kind, const HistoryRow *row,
                const char *what, const char *change)
{
    Amendment amendment = {
        .kind = kind, .row = *row, .script = row->script, .what = what, .change = change};
    VEC_PUSH(arena, plan->list, amendment);
}

/* The row as the file has it now. */
static HistoryRow row_of_file(Arena *arena, const MigrationStatus *status)
{
    HistoryRow row = *status->row;
    row.description = history_description(arena, status->migration->description);
    row.script = history_script(arena, status->migration->name);
    row.success = true;
    return row;
}

/* ---- edited and renamed files ---- */

static void repair_changed(Arena *arena, const MigrationStatus *status, AmendPlan *plan)
{
    const Migration *migration = status->migration;
    HistoryRow row = row_of_file(arena, status);
    bool same_lines = row.has_checksum && row.checksum == migration->checksum;
    const char *change =
        same_lines ? "its SHA-256 is recorded again (only line ends differ)"
        : row.has_checksum
            ? arena_printf(arena, "checksum %d becomes %d", row.checksum, migration->checksum)
            : arena_printf(arena, "checksum becomes %d", migration->checksum);
    row.has_checksum = true;
    row.checksum = migration->checksum;
    row.sha256 = migration->sha256_hex;
    add(arena, plan, AMEND_UPDATE, &row, "edited since it was applied", change);
}

static void repair_renamed(Arena *arena, const MigrationStatus *status, AmendPlan *plan)
{
    HistoryRow row = row_of_file(arena, status);
    const char *old = status->row->script;
    if (strcmp(row.script, old) == 0 && strcmp(row.description, status->row->description) == 0)
        return;
    if (strcmp(row.script, old) == 0)
        add(arena, plan, AMEND_UPDATE, &row, "described otherwise",
            arena_printf(arena, "description \"%s\" becomes \"%s\"", status->row->description,
                         row.description));
    else
        add(arena, plan, AMEND_UPDATE, &row, "renamed since it was applied",
            arena_printf(arena, "script %s becomes %s", old, row.script));
}

/* ---- failed rows ---- */

/* What is done of a partly applied file would be done twice: apply goes on with it by itself. */
static void repair_failed(Arena *arena, const HistoryRow *row, const RepairWish *wish,
                          AmendPlan *plan)
{
    int done = row->statements_applied, started = row->started_statement;
    if ((done > 0 || started > 0) && !wish->force) {
        VEC_PUSH(arena, plan->notes,
                 arena_printf(arena,
                              "%s is partly applied (%d of %d statements%s), and was left: "
                              "`dbmig apply` resumes it; --force forgets how far it got",
                              row->script, done, row->statements_total,
                              started > 0 ? ", one more was begun" : ""));
        return;
    }
    const char *what =
        row->error != NULL ? arena_printf(arena, "failed: %s", row->error) : "failed";
    add(arena, plan, AMEND_DELETE, row, what,
        done > 0 ? arena_printf(arena,
                                "its row is removed: the next apply runs its first %d "
                                "statement%s again",
                                done, done == 1 ? "" : "s")
                 : "its row is removed: the next apply runs it from its start");
}

/* ---- rows without a file ---- */

static void repair_missing(Arena *arena, const HistoryRow *row, AmendPlan *plan)
{
    HistoryRow gone = *row;
    if (strcmp(row->type, "SQL") != 0 && strcmp(row->type, "SQL_BASELINE") != 0)
        return; /* Java migrations and the like never have a file here */
    gone.type = "DELETE";
    gone.execution_ms = 0;
    gone.installed_by = gone.installed_on = NULL;
    gone.statements_total = gone.statements_applied = 0;
    gone.applied_sha256 = gone.error = NULL;
    gone.tool_version = DBMIG_VERSION;
    add(arena, plan, AMEND_INSERT, &gone, "applied, and its file is gone",
        "a DELETE row tells that it is gone on purpose");
}

/* ---- the whole ---- */

bool repair_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                 Error *err)
{
    (void)options;
    (void)err;
    for (size_t i = 0; i < plan->status.status.count; i++) {
        const MigrationStatus *status = &plan->status.status.items[i];
        if (status->row == NULL)
            continue;
        if (!status->row->success)
            repair_failed(arena, status->row, wish, plan);
        else if (status->state == STATE_CHANGED)
            repair_changed(arena, status, plan);
        else if (status->state == STATE_MISSING)
            repair_missing(arena, status->row, plan);
        else if (status->migration != NULL)
            repair_renamed(arena, status, plan);
    }
    return true;
}

/* ---- marked as applied ---- */

static const MigrationStatus *find(const StatusList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (apply_is_named(&list->items[i], name))
            return &list->items[i];
    }
    return NULL;
}

static bool mark(Arena *arena, const MigrationStatus *status, AmendPlan *plan, Error *err)
{
    const Migration *migration = status->migration;
    bool failed = status->state == STATE_FAILED;
    HistoryRow row = {.type = "SQL", .rank = failed ? status->row->rank : 0};
    row.version = migration->version;
    row.description = history_description(arena, migration->description);
    row.script = history_script(arena, migration->name);
    row.has_checksum = row.success = true;
    row.checksum = migration->checksum;
    row.sha256 = migration->sha256_hex;
    row.tool_version = DBMIG_VERSION;
    if (migration->kind == MIGRATION_BASELINE)
        row.type = "SQL_BASELINE";
    if (migration->kind == MIGRATION_REPEATABLE &&
        !placeholder_checksum(migration, plan->status.placeholders, &row.checksum, err))
        return false;
    add(arena, plan, failed ? AMEND_UPDATE : AMEND_INSERT, &row, apply_state_name(status->state),
        "recorded as applied; nothing of it runs");
    return true;
}

static bool mark_one(Arena *arena, const char *name, AmendPlan *plan, Error *err)
{
    const MigrationStatus *status = find(&plan->status.status, name);
    if (status == NULL || status->migration == NULL) {
        error_set(err, EXIT_USAGE, "there is no migration %s", name);
        return error_hint(err, "`dbmig status` lists them.");
    }
    switch (status->state) {
    case STATE_APPLIED:
    case STATE_BASELINE:
        VEC_PUSH(arena, plan->notes,
                 arena_printf(arena, "%s is %s already", status->migration->name,
                              apply_state_name(status->state)));
        return true;
    case STATE_CHANGED:
        error_set(err, EXIT_INTEGRITY, "%s is applied, and was edited since",
                  status->migration->name);
        return error_hint(err, "`dbmig repair` records the new content.");
    default:
        return mark(arena, status, plan, err);
    }
}

bool repair_mark_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                      Error *err)
{
    const StringList *names = wish;
    (void)options;
    for (size_t i = 0; i < names->count; i++) {
        if (!mark_one(arena, names->items[i], plan, err))
            return false;
    }
    return true;
}
