/* dbmig apply: brings a database up to date. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/cli/amend_report.h"
#include "dbmig/cli/apply_dev_reset.h"
#include "dbmig/cli/apply_dry_run.h"
#include "dbmig/cli/apply_options.h"
#include "dbmig/engine/repair.h"
#include "dbmig/text/version.h"

static void tell_warnings(const StringList *warnings)
{
    for (size_t i = 0; i < warnings->count; i++)
        log_warning("%s", warnings->items[i]);
}

static const char *mode_of(const ApplyStep *step)
{
    return step->plan.transactional ? "transaction" : "no transaction";
}

/* For programs; people have read a line a file on stderr. */
static void tell_files(Report *report, const ApplyPlan *plan, size_t applied, bool dry_run)
{
    static const ReportColumn columns[] = {
        {"version", NULL}, {"description", NULL}, {"script", NULL},     {"mode", NULL},
        {"reason", NULL},  {"state", NULL},       {"statements", NULL},
    };
    ReportTable *table = report_table(report, "files", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < plan->steps.count; i++) {
        const ApplyStep *step = &plan->steps.items[i];
        const ReportValue row[] = {
            report_text(step->migration->version),
            report_text(step->migration->description),
            report_text(step->migration->name),
            report_text(mode_of(step)),
            report_text(step->plan.reason),
            report_text(dry_run || i >= applied ? "pending" : "applied"),
            report_int((int64_t)step->plan.statements),
        };
        report_row(table, row);
    }
}

/* The version that the database is at after the first `applied` steps. */
static const char *reached(const ApplyPlan *plan, size_t applied)
{
    const char *version = plan->current;
    for (size_t i = 0; i < applied && i < plan->steps.count; i++) {
        const char *step = plan->steps.items[i].migration->version;
        if (step != NULL && (version == NULL || version_compare(step, version) > 0))
            version = step;
    }
    return version;
}

/* The three time limits stand with every plan: they are what a deployment argues about. */
static void tell_plan(Report *report, const Session *session, const ApplyOptions *options,
                      const ApplyPlan *plan, const ApplyResult *result, bool done)
{
    bool work = plan->steps.count > 0;
    const char *now = reached(plan, result->applied);
    report_field(report, "database", work ? "Database" : NULL,
                 report_text(session != NULL ? session_shown(session) : NULL));
    report_field(report, "history", NULL, report_text(plan->history.qualified));
    report_field(report, "current", work && plan->current != NULL ? "Version before" : NULL,
                 report_text(plan->current));
    report_field(report, "target", work && !done && plan->target != NULL ? "Target version" : NULL,
                 report_text(plan->target));
    report_field(report, "reached", work && now != NULL ? "Version after" : NULL, report_text(now));
    report_field(report, "pending", NULL, report_int((int64_t)plan->steps.count));
    report_field(report, "left", NULL, report_int((int64_t)plan->left));
    report_field(report, "lock_timeout_ms", work ? "Migration lock timeout" : NULL,
                 report_duration(options->lock_timeout_ms));
    report_field(report, "ddl_lock_timeout_ms", work ? "Table lock timeout" : NULL,
                 report_duration(options->ddl_lock_timeout_ms));
    report_field(report, "statement_timeout_ms", work ? "Statement timeout" : NULL,
                 options->statement_timeout_ms > 0 ? report_duration(options->statement_timeout_ms)
                                                   : report_text("none"));
}

static void tell_left(Report *report, const ApplyPlan *plan)
{
    report_line(report, "%zu more file%s pending.", plan->left, plan->left == 1 ? " is" : "s are");
}

static void tell_result(Report *report, const ApplyPlan *plan, const ApplyResult *result, bool done)
{
    report_field(report, "applied", NULL, report_int((int64_t)result->applied));
    report_field(report, "statements", NULL, report_int((int64_t)result->statements));
    report_field(report, "duration_ms", NULL, report_duration(result->total_ms));
    report_field(report, "round_trips", NULL, report_int((int64_t)result->round_trips));
    if (done && result->applied == 0 && plan->steps.count == 0)
        report_line(report, "Nothing to apply%s%s.", plan->current != NULL ? ": at version " : "",
                    plan->current != NULL ? plan->current : "");
    else if (done)
        report_line(report, "Applied %zu file%s, %llu statement%s, in %.2f s.", result->applied,
                    result->applied == 1 ? "" : "s", (unsigned long long)result->statements,
                    result->statements == 1 ? "" : "s", (double)result->total_ms / 1000);
    else if (plan->steps.count > 0)
        report_line(report, "Applied %zu of %zu files before the error.", result->applied,
                    plan->steps.count);
    if (done && plan->left > 0)
        tell_left(report, plan);
}

static bool apply(CommandContext *context, Session *session, const ApplyOptions *options,
                  Error *err)
{
    ApplyPlan plan = {0};
    ApplyResult result;
    bool done = apply_run(context->arena, session, options, &apply_events_log, &plan, &result, err);
    log_progress(NULL);
    format_note(&plan.folder);
    tell_warnings(&plan.warnings);
    if (done || plan.steps.count > 0) {
        tell_plan(context->report, session, options, &plan, &result, done);
        tell_files(context->report, &plan, result.applied, false);
        tell_result(context->report, &plan, &result, done);
    }
    return done;
}

/* Nothing runs: the history alone is told. */
static bool mark_applied(CommandContext *context, Session *session, const ApplyOptions *options,
                         const StringList *names, bool is_dry, Error *err)
{
    AmendPlan plan;
    if (!amend_plan(context->arena, session, options, repair_mark_plan, names, &plan, err))
        return false;
    amend_report(context->report, session, &plan);
    if (is_dry)
        return true;
    if (!amend_run(context->arena, session, options, repair_mark_plan, names, &plan, err))
        return false;
    report_line(context->report, "Recorded %zu migration%s as applied; nothing was run.",
                plan.list.count, plan.list.count == 1 ? "" : "s");
    return true;
}

static bool act(CommandContext *context, const ApplyOptions *options, Session **session,
                const ApplyDryRun *dry, Error *err)
{
    const StringList *marked = option_list(context->options, OPT_MARK_APPLIED);
    bool rebuilt = false;
    if (marked != NULL && marked->count > 0)
        return mark_applied(context, *session, options, marked, dry->wanted, err);
    if (dry->wanted)
        return apply_dry_run_print(context, *session, options, dry, err);
    if (!apply_dev_reset(context, options, session, &rebuilt, err))
        return false;
    report_field(context->report, "rebuilt", NULL, report_bool(rebuilt));
    ApplyOptions wanted = *options;
    wanted.allow_dirty |= rebuilt; /* what is in there is of init SQL */
    return apply(context, *session, &wanted, err);
}

/* A version in its place would run more than was meant: what is no plain number is refused. */
static bool read_amount(const CommandContext *context, size_t *ret, Error *err)
{
    const StringList *marked = option_list(context->options, OPT_MARK_APPLIED);
    *ret = 0;
    if (context->positional_count == 0)
        return true;
    const char *text = context->positionals[0];
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && digits <= 9 && text[digits] == '\0')
        *ret = strtoul(text, NULL, 10);
    if (*ret == 0) {
        error_set(err, EXIT_USAGE, "\"%s\" is not a number of files", text);
        return error_hint(err, "`dbmig apply 2` runs the next two pending files, `dbmig apply --to 2` those "
                               "up to version 2.");
    }
    if (marked != NULL && marked->count > 0)
        return error_set(err, EXIT_USAGE, "--mark-applied runs nothing: it takes no number of files");
    return true;
}

static bool run(CommandContext *context, Error *err)
{
    ApplyOptions options;
    MigrationFolder folder;
    Session *session = NULL;
    ApplyDryRun dry;
    if (!apply_dry_run_wanted(context, &dry, err) || !apply_options_fill(context, &options, err) ||
        !read_amount(context, &options.amount, err) ||
        !apply_folder(context->arena, &options, &folder, err))
        return false;
    options.folder = &folder;
    if (!apply_options_connect(context, &options, dry.wanted, &session, err))
        return false;
    bool done = act(context, &options, &session, &dry, err);
    session_close(session);
    return done;
}

static const OptionId options[] = {
    APPLY_PLAN_OPTION_IDS, OPT_ALLOW_DIRTY,       OPT_DRY_RUN_APPLY,     HISTORY_LOCK_OPTION_IDS,
    OPT_DDL_LOCK_TIMEOUT,  OPT_STATEMENT_TIMEOUT, OPT_CONCURRENTLY_LOCK_TIMEOUT, OPT_RETRIES,
    OPT_ONLY,              OPT_MARK_APPLIED,      OPT_DEV_RESET,         OPT_PROTECTED,
    OPT_GIT_BASE,          OPT_YES,               OPT_OUTPUT,            OPTION_COUNT,
};

static const CommandPositional positionals[] = {
    {"N", false, false, "how many of the pending files to run, the next ones; without it all"},
    {NULL, false, false, NULL},
};

static const CommandExample examples[] = {
    {"# dbmig apply -u \"$DATABASE_URL\"", "everything that is pending"},
    {"# dbmig apply -u \"$DATABASE_URL\" --dry-run", "the SQL that would run; nothing is written"},
    {"# dbmig apply -u \"$DATABASE_URL\" --dry-run=full -o release.sql", "all that would be sent, for psql"},
    {"# dbmig apply 1 -u \"$DATABASE_URL\"", "the next pending file, and no more"},
    {"# dbmig apply --env prod --to 42 --wait 60s", "up to a version, once the server is there"},
    {"# dbmig apply -u \"$DATABASE_URL\" --baseline 40", "a database that had no history until now"},
    {"# dbmig apply -u \"$DATABASE_URL\" --mark-applied 41", "41 was run by hand"},
    {NULL, NULL},
};

const Command command_apply = {
    .name = "apply",
    .summary = "run pending migrations on a database",
    .description =
        "Verifies the sum file, compares the folder with the database's history, and runs what is "
        "pending, under a lock that keeps other runs out. Each file commits together with its history "
        "row, or leaves nothing behind. A file with a statement that cannot run inside a transaction "
        "(CREATE INDEX CONCURRENTLY) runs statement by statement, and resumes where it stopped "
        "if it is interrupted.\n\n"
        "Refused before anything runs: a sum file that does not fit, applied files that were edited or "
        "are missing, files below the newest applied version (see --out-of-order), a database that has "
        "objects but no history (see --baseline).\n\n"
        "A statement waits no longer than --ddl-lock-timeout for a table lock; then the file is rolled "
        "back and tried again, with growing pauses, up to --retries times.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
