/* dbmig diff: the SQL that turns one schema into another. */
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/diff_options.h"
#include "dbmig/cli/replay_options.h"

static const char *change_word(ChangeKind kind)
{
    static const char *const words[] = {"none", "create", "drop", "alter", "replace"};
    return words[kind];
}

static void tell_changes(Report *report, const char *key, const ChangeList *changes)
{
    static const ReportColumn columns[] = {
        {"change", NULL}, {"kind", NULL}, {"object", NULL}, {"attributes", NULL},
    };
    ReportTable *table = report_table(report, key, NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < changes->count; i++) {
        const Change *change = &changes->items[i];
        const Object *object = change->after ? change->after : change->before;
        const ReportValue row[] = {
            report_text(change_word(change->kind)),
            report_text(kind_spec(object->kind)->name),
            report_text(object->key),
            report_texts(&change->attributes),
        };
        report_row(table, row);
    }
}

static void tell_parts(Report *report, const SchemaPlan *plan)
{
    static const ReportColumn columns[] = {
        {"transaction", NULL}, {"statements", NULL}, {"purpose", NULL},
    };
    ReportTable *table = report_table(report, "parts", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < plan->parts.count; i++) {
        const PlanPart *part = &plan->parts.items[i];
        const ReportValue row[] = {
            report_bool(!part->outside),
            report_int((int64_t)part->count),
            report_text(part->purpose),
        };
        report_row(table, row);
    }
}

static void tell_script(CommandContext *context, const DiffResult *result)
{
    StringList hazards = {0};
    Buf script = {0};
    for (size_t i = 0; i < result->plan.statements.count; i++) {
        if (result->plan.statements.items[i].hazard)
            VEC_PUSH(context->arena, hazards, result->plan.statements.items[i].hazard);
    }
    diff_script(&result->plan, &script);
    tell_parts(context->report, &result->plan);
    report_field(context->report, "hazards", NULL, report_texts(&hazards));
    report_block(context->report, "sql", buf_steal(&script, context->arena), "sql");
    for (size_t i = 0; i < hazards.count; i++)
        log_warning("%s", hazards.items[i]);
}

/* What the proof found, on stderr and as the exit code. */
static bool tell_proof(CommandContext *context, const DiffResult *result, Error *err)
{
    static const char *const words[] = {"not tried", "proved", "unproved", "residue", "failed"};
    report_field(context->report, "proof", NULL, report_text(words[result->proof]));
    report_field(context->report, "why", NULL, report_text(result->why));
    tell_changes(context->report, "residue", &result->residue);
    if (result->proof == DIFF_UNPROVED)
        log_warning("this plan was not verified: %s", result->why);
    if (result->proof == DIFF_FAILED)
        return error_set(err, EXIT_SQL, "this plan fails on a copy: %s", result->why);
    if (result->proof != DIFF_RESIDUE)
        return true;
    for (size_t i = 0; i < result->residue.count; i++) {
        const Change *change = &result->residue.items[i];
        const Object *object = change->after ? change->after : change->before;
        log_warning("still different after the plan: %s %s", kind_spec(object->kind)->name, object->key);
    }
    report_mark_findings(context->report);
    return true;
}

static bool tell(CommandContext *context, const DiffResult *result, Error *err)
{
    for (size_t i = 0; i < result->left_out.count; i++)
        log_warning("not compared: %s", result->left_out.items[i]);
    report_field(context->report, "left_out", NULL, report_texts(&result->left_out));
    for (size_t i = 0; i < result->plan.skipped.count; i++)
        log_warning("skipped: %s", result->plan.skipped.items[i]);
    report_field(context->report, "skipped", NULL, report_texts(&result->plan.skipped));
    tell_changes(context->report, "changes", &result->plan.changes);
    tell_script(context, result);
    if (result->plan.changes.count == 0)
        log_info(result->plan.skipped.count > 0 ? "no difference but what is skipped" : "no difference");
    else if (option_flag(context->options, OPT_EXIT_CODE))
        report_mark_findings(context->report);
    return tell_proof(context, result, err);
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
    bool done = diff_side_open(context->arena, &from_source, &options, &from, err) &&
                diff_side_open(context->arena, &to_source, &options, &to, err) &&
                diff_run(context->arena, &from, &to, &options, &result, err);
    log_progress(NULL);
    diff_side_end(&from);
    diff_side_end(&to);
    return done && tell(context, &result, err);
}

static const OptionId options[] = {
    OPT_FROM,        OPT_TO_SOURCE,       OPT_DIR,       OPT_VERIFY,        OPT_CROSS_VERSION,
    PLAN_OPTION_IDS, SNAPSHOT_OPTION_IDS, OPT_EXIT_CODE, REPLAY_OPTION_IDS, OPTION_COUNT,
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
                   "and read again: what would still differ is told on stderr, and the exit code is 1. "
                   "What destroys data is marked in the script and listed on stderr. A part that is one "
                   "transaction stands between BEGIN and COMMIT, so it applies whole or not at all; what "
                   "cannot run in a transaction stands outside: stop psql at the first error with "
                   "-v ON_ERROR_STOP=1.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
