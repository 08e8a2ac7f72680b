/* dbmig diff: the SQL that turns one schema into another. */
#include "dbmig/base/log.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/diff_options.h"
#include "dbmig/cli/diff_report.h"
#include "dbmig/cli/replay_options.h"

static bool tell(CommandContext *context, const DiffResult *result, Error *err)
{
    Buf script = {0};
    diff_report_plan(context, result);
    diff_script(&result->plan, &script);
    report_block(context->report, "sql", buf_steal(&script, context->arena), "sql");
    if (result->plan.changes.count == 0)
        log_info(result->plan.skipped.count > 0 ? "no difference but what is skipped" : "no difference");
    else if (option_flag(context->options, OPT_EXIT_CODE))
        report_mark_findings(context->report);
    return diff_report_proof(context, result, err);
}

static bool parse_sources(const CommandContext *context, DiffSource *from, DiffSource *to, Error *err)
{
    const char *from_text = option_string(context->options, OPT_FROM);
    const char *to_text = option_string(context->options, OPT_TO_SOURCE);
    if (!from_text)
        from_text = option_string(context->options, OPT_DIR);
    if (!diff_source_parse(context->arena, context->config, from_text, from, err))
        return false;
    return to_text ? diff_source_parse(context->arena, context->config, to_text, to, err)
                   : diff_source_configured(context->arena, context->config, to, err);
}

static bool run(CommandContext *context, Error *err)
{
    DiffOptions options;
    DiffSource from_source, to_source;
    DiffSide from = {0}, to = {0};
    DiffResult result;
    diff_options_fill(context, &options);
    if (!diff_policy_fill(context, &options.plan, err) ||
        !parse_sources(context, &from_source, &to_source, err))
        return false;
    bool done = diff_sides_open(context->arena, &from_source, &to_source, &options, &from, &to, err) &&
                diff_run(context->arena, &from, &to, &options, &result, err);
    log_progress(NULL);
    diff_side_end(&from);
    diff_side_end(&to);
    return done && tell(context, &result, err);
}

static const OptionId options[] = {
    OPT_FROM,        OPT_TO_SOURCE,       OPT_DIR, OPT_DIR_FORMAT,       OPT_VERIFY,        OPT_CROSS_VERSION,
    PLAN_OPTION_IDS, SNAPSHOT_OPTION_IDS, OPT_EXIT_CODE, REPLAY_OPTION_IDS, OPT_SOURCE_TIMEOUT,
    OPT_DDL_LOCK_TIMEOUT, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig diff --from postgres://app@db/shop --to schema.sql", "what a database lacks"},
    {"# dbmig diff --from migrations --to env://src --exit-code", "whether models have moved on"},
    {NULL, NULL},
};

const Command command_diff = {
    .name = "diff",
    .summary = "print the SQL that turns one schema into another",
    .description = "The SQL goes to stdout and runs in psql. It was applied to a copy of the first schema "
                   "and read again: remaining differences are reported on stderr, and the exit code is 1. "
                   "What destroys data is marked in the script and listed on stderr. A part that is one "
                   "transaction stands between BEGIN and COMMIT, so it applies whole or not at all; what "
                   "cannot run in a transaction stands outside: stop psql at the first error with "
                   "-v ON_ERROR_STOP=1.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
