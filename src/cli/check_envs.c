/* check --all-envs: the same check for every env of atlas.hcl, a row each. */
#include "dbmig/cli/check_envs.h"

#include "dbmig/base/buf.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/check_one.h"

typedef struct Envs {
    CommandContext *context;
    ReportTable *table;
    size_t failed, count;
    Buf failures; /* a line each */
    Error first;
} Envs;

static ReportTable *begin_table(Report *report)
{
    static const ReportColumn columns[] = {
        {"env", "env"},      {"folder", "folder"}, {"files", "files"}, {"outcome", "outcome"},
        {"sum", NULL},       {"early_exit", NULL}, {"replayed", NULL}, {"cached", NULL},
        {"new_files", NULL}, {"server", NULL},     {"drift_sql", NULL},
    };
    return report_table(report, "envs", NULL, columns, ARRAY_LENGTH(columns));
}

static const char *last_outcome(const CheckResult *result)
{
    return result->steps.count == 0 ? "ok" : result->steps.items[result->steps.count - 1].outcome;
}

/* In JSON it is in the env's row. */
static void tell_drift(Report *report, const char *name, const Drift *drift)
{
    for (size_t i = 0; i < drift->notes.count; i++)
        log_warning("env \"%s\": %s", name, drift->notes.items[i]);
    if (drift->sql == NULL)
        return;
    report_line(report, "%s", "");
    report_line(
        report,
        "-- env \"%s\": SQL that would bring the migrations to the schema source (not verified)",
        name);
    report_line(report, "%s", drift->sql);
}

static void tell_env(const Envs *envs, const char *name, const CheckResult *result,
                     const Error *failure)
{
    const ReportValue row[] = {
        report_text(name),
        report_text(result->folder.path),
        report_int((int64_t)result->folder.count),
        report_text(error_is_set(failure)
                        ? arena_printf(envs->context->arena, "failed: %s", failure->primary)
                        : last_outcome(result)),
        report_text(result->sum),
        report_bool(result->early_exit),
        report_int((int64_t)result->replayed),
        report_int((int64_t)result->cached),
        report_texts(&result->news.added),
        report_text(result->server),
        report_text(result->source_drift.sql),
    };
    report_row(envs->table, row);
    for (size_t i = 0; i < result->findings.count; i++)
        report_finding(envs->context->report, &result->findings.items[i]);
    for (size_t i = 0; i < result->folder.warnings.count; i++)
        log_warning("%s", result->folder.warnings.items[i]);
    tell_drift(envs->context->report, name, &result->source_drift);
}

/* An error has one place in a report; those of several envs are findings, each with its own. */
static void tell_failure(Envs *envs, const char *name, const Error *failure)
{
    Arena *arena = envs->context->arena;
    Finding finding = {
        .code = "check",
        .name = "check-failed",
        .severity = SEVERITY_ERROR,
        .file = failure->file,
        .line = failure->line,
        .column = failure->column,
        .message = arena_printf(arena, "env \"%s\": %s", name, failure->primary),
        .why = failure->detail,
        .fix = failure->hint,
        .excerpt = failure->excerpt,
    };
    report_finding(envs->context->report, &finding);
    buf_printf(&envs->failures, "%s%s: %s", envs->failed == 0 ? "" : "\n", name, failure->primary);
    if (envs->failed++ == 0)
        error_copy(&envs->first, failure);
}

/* The env's own settings over what flags and the environment gave for all. */
static bool load_env(const CommandContext *context, const char *name, CommandContext *ret,
                     Error *err)
{
    *ret = *context;
    ret->options = option_copy_given(context->arena, context->options);
    return option_set(ret->options, OPT_ENV, name, err) &&
           config_load(context->arena, ret->options, &ret->config, err);
}

static void check_env(Envs *envs, const char *name)
{
    CommandContext context;
    CheckOptions options;
    CheckResult result = {0};
    Error failure = {0};
    log_verbose("env \"%s\"", name);
    if (load_env(envs->context, name, &context, &failure))
        check_one_run(&context, &options, &result, &failure);
    tell_env(envs, name, &result, &failure);
    if (error_is_set(&failure))
        tell_failure(envs, name, &failure);
    envs->count++;
    error_clear(&failure);
}

static bool sum_up(Envs *envs, Error *err)
{
    if (envs->failed == 0)
        return true;
    if (interrupt_signal() != 0) {
        error_copy(err, &envs->first);
        return false;
    }
    error_set(err, envs->first.code, "%zu of %zu envs failed", envs->failed, envs->count);
    return error_detail(err, "%s", buf_text(&envs->failures));
}

bool check_all_envs(CommandContext *context, Error *err)
{
    const StringList *names = config_env_names(context->config);
    Envs envs = {.context = context};
    if (text_equal(option_source(context->options, OPT_ENV), "--env"))
        return error_set(err, EXIT_USAGE, "--env and --all-envs exclude each other");
    if (option_string(context->options, OPT_CHECK_URL) != NULL) {
        error_set(err, EXIT_USAGE, "--url names one database, --all-envs several");
        return error_hint(err, "Choose the env of that database with --env.");
    }
    if (names->count == 0) {
        error_set(err, EXIT_USAGE, "--all-envs needs a configuration with env blocks");
        return error_hint(err, "'dbmig init' writes one.");
    }
    envs.table = begin_table(context->report);
    for (size_t i = 0; i < names->count && interrupt_signal() == 0; i++)
        check_env(&envs, names->items[i]);
    bool done = sum_up(&envs, err);
    buf_free(&envs.failures);
    error_clear(&envs.first);
    return done;
}
