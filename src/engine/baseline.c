/* Decides about a baseline. The row is Flyway's, so that either tool takes it from there. */
#include "dbmig/engine/baseline.h"

#include <string.h>

#include "dbmig/text/version.h"

/* The first row that a baseline must not be put beside, or NULL. */
static const HistoryRow *find_other(const History *history, const char *version, bool *ret_same)
{
    *ret_same = false;
    for (size_t i = 0; i < history->rows.count; i++) {
        const HistoryRow *row = &history->rows.items[i];
        if (strcmp(row->type, "SCHEMA") == 0)
            continue;
        bool same = strcmp(row->type, "BASELINE") == 0 && row->version != NULL &&
                    version_compare(row->version, version) == 0;
        if (!same)
            return row;
        *ret_same = true;
    }
    return NULL;
}

static bool refuse(const History *history, const HistoryRow *other, Error *err)
{
    if (strcmp(other->type, "BASELINE") == 0) {
        error_set(err, EXIT_INTEGRITY, "the history %s has a baseline already: version %s",
                  history->qualified, other->version != NULL ? other->version : "(none)");
        if (history->rows.count == 1)
            return error_hint(err, "To put another in its place, remove it first, as nothing else is "
                                   "recorded: DELETE FROM %s;", history->qualified);
    } else {
        error_set(err, EXIT_INTEGRITY, "the history %s has rows already, such as %s",
                  history->qualified, other->script);
    }
    return error_hint(err, "A baseline is for a database without history. To record single "
                           "migrations as applied, use `dbmig apply --mark-applied VERSION`.");
}

bool baseline_plan(Arena *arena, const ApplyOptions *options, const void *wish, AmendPlan *plan,
                   Error *err)
{
    const char *version = wish;
    bool same;
    (void)options;
    if (!version_valid(version))
        return error_set(err, EXIT_USAGE, "\"%s\" is not a valid version", version);
    const History *history = &plan->status.history;
    const HistoryRow *other = find_other(history, version, &same);
    if (other != NULL)
        return refuse(history, other, err);
    if (same)
        return true;
    /* As Flyway stores versions. */
    char *stored = arena_strdup(arena, version);
    for (char *c = stored; *c != '\0'; c++)
        *c = *c == '_' ? '.' : *c;
    HistoryRow row = {.version = stored,
                      .description = HISTORY_BASELINE_MARKER,
                      .type = "BASELINE",
                      .script = HISTORY_BASELINE_MARKER,
                      .success = true,
                      .tool_version = DBMIG_VERSION};
    Amendment amendment = {.kind = AMEND_INSERT,
                           .row = row,
                           .script = row.script,
                           .what = "no history yet",
                           .change = arena_printf(arena, "baseline at version %s", stored)};
    VEC_PUSH(arena, plan->list, amendment);
    return true;
}
