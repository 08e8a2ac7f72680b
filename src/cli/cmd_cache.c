/* dbmig cache: what replays have left for later runs, and dropping it. */
#include <time.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/db/throwaway.h"
#include "dbmig/check/check.h"

static char *time_text(Arena *arena, int64_t seconds)
{
    char text[32] = "";
    time_t when = (time_t)seconds;
    struct tm parts;
    if (gmtime_r(&when, &parts) != NULL)
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &parts);
    return arena_strdup(arena, text);
}

static bool list(CommandContext *context, Error *err)
{
    static const ReportColumn columns[] = {
        {"key", NULL},     {"provider", "provider"},   {"server", "server"},
        {"bytes", "size"}, {"last_used", "last used"},
    };
    CacheList entries = {0};
    int64_t bytes = 0;
    if (!cache_list(context->arena, &entries, err))
        return false;
    ReportTable *table =
        report_table(context->report, "entries", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < entries.count; i++) {
        const CacheEntry *entry = &entries.items[i];
        const ReportValue row[] = {
            report_text(entry->key),
            report_text(entry->provider),
            report_text(entry->shown),
            report_bytes((int64_t)entry->bytes),
            report_text(time_text(context->arena, entry->last_used)),
        };
        report_row(table, row);
        bytes += (int64_t)entry->bytes;
    }
    report_field(context->report, "total_bytes", "Total", report_bytes(bytes));
    return true;
}

/* Down to --cache-size when it is given, else to nothing; with it what checks remember. */
static bool prune(CommandContext *context, Error *err)
{
    bool limited = text_starts(option_source(context->options, OPT_CACHE_SIZE), "--");
    uint64_t limit = limited ? (uint64_t)option_number(context->options, OPT_CACHE_SIZE) : 0;
    size_t removed = 0;
    throwaway_sweep();
    if (!cache_prune(limit, &removed, err) || (!limited && !check_state_forget(err)))
        return false;
    report_field(context->report, "removed", NULL, report_int((int64_t)removed));
    report_line(context->report, "%zu cached replay%s removed", removed, removed == 1 ? "" : "s");
    return true;
}

static bool run(CommandContext *context, Error *err)
{
    const char *action = context->positional_count == 0 ? "list" : context->positionals[0];
    if (text_equal(action, "list"))
        return list(context, err);
    if (text_equal(action, "prune"))
        return prune(context, err);
    error_set(err, EXIT_USAGE, "unknown action \"%s\"", text_printable(context->arena, action));
    return error_hint(err, "It is either list or prune.");
}

static const CommandPositional positionals[] = {
    {"ACTION", false, false, "list (the default) or prune"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPT_CACHE_SIZE, OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig cache list", "what is kept, and how large it is"},
    {"dbmig cache prune", "drop all of it"},
    {"dbmig cache prune --cache-size 500MB", "drop what was not used for longest"},
    {NULL, NULL},
};

const Command command_cache = {
    .name = "cache",
    .summary = "list or clear cached replays",
    .description =
        "Replays keep what they have replayed, so that the next one starts from there. The "
        "cache is only about speed: it can be dropped at any time. `prune` also removes what "
        "runs that were killed have left behind.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
