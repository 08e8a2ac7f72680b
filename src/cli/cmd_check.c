/* dbmig check: proves the migrations folder. */
#include "dbmig/base/log.h"
#include "dbmig/cli/check_envs.h"
#include "dbmig/cli/check_one.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/cli/diff_options.h"
#include "dbmig/cli/diff_report.h"
#include "dbmig/cli/lint_report.h"
#include "dbmig/cli/replay_options.h"

static void tell_steps(Report *report, const CheckResult *result)
{
    static const ReportColumn columns[] = {
        {"key", NULL}, {"name", "step"}, {"outcome", "outcome"}, {"duration_ms", "time"},
    };
    ReportTable *table = report_table(report, "steps", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < result->steps.count; i++) {
        const CheckStep *step = &result->steps.items[i];
        const ReportValue row[] = {
            report_text(step->key),
            report_text(step->name),
            report_text(step->outcome),
            report_duration(step->ms),
        };
        report_row(table, row);
    }
}

static void tell_files(Report *report, const char *key, const char *title, const StringList *files)
{
    static const ReportColumn columns[] = {{"file", "file"}};
    ReportTable *table = report_table(report, key, title, columns, 1);
    for (size_t i = 0; i < files->count; i++) {
        const ReportValue row[] = {report_text(files->items[i])};
        report_row(table, row);
    }
}

static void tell_new_files(Report *report, const CheckResult *result)
{
    if (result->base == NULL)
        return;
    report_field(report, "git_base", NULL, report_text(result->base));
    tell_files(report, "new_files", "New files", &result->news.added);
    tell_files(report, "edited_files", "Edited files", &result->news.edited);
}

static void tell_drift(Report *report, const Drift *const *drifts, size_t count)
{
    static const ReportColumn columns[] = {
        {"against", NULL}, {"change", NULL}, {"kind", NULL}, {"object", NULL}, {"attributes", NULL},
    };
    ReportTable *table = report_table(report, "drift", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t d = 0; d < count; d++) {
        for (size_t i = 0; i < drifts[d]->notes.count; i++)
            log_warning("%s", drifts[d]->notes.items[i]);
        for (size_t i = 0; i < drifts[d]->changes.count; i++) {
            const Change *change = &drifts[d]->changes.items[i];
            const Object *object = change->after ? change->after : change->before;
            const ReportValue row[] = {
                report_text(drifts[d]->name),
                report_text(diff_report_change(change->kind)),
                report_text(kind_spec(object->kind)->name),
                report_text(object->key),
                report_texts(&change->attributes),
            };
            report_row(table, row);
        }
    }
}

static void tell_drift_sql(Report *report, const char *key, const char *what, const Drift *drift)
{
    if (drift->sql == NULL) {
        report_field(report, key, NULL, report_text(NULL));
        return;
    }
    report_line(report, "%s", "");
    report_line(report, "-- %s (not verified)", what);
    report_block(report, key, drift->sql, "sql");
    report_line(report, "%s", "");
}

static void tell(const CommandContext *context, const CheckResult *result)
{
    Report *report = context->report;
    report_field(report, "folder", NULL, report_text(result->folder.path));
    report_field(report, "files", NULL, report_int((int64_t)result->folder.count));
    report_field(report, "sum", NULL, report_text(result->sum));
    report_field(report, "early_exit", NULL, report_bool(result->early_exit));
    report_field(report, "replayed", NULL, report_int((int64_t)result->replayed));
    report_field(report, "cached", NULL, report_int((int64_t)result->cached));
    report_field(report, "server", NULL, report_text(result->server));
    tell_steps(report, result);
    tell_new_files(report, result);
    report_field(report, "roles", result->roles.count > 0 ? "Roles made for the replay" : NULL,
                 report_texts(&result->roles));
    report_field(report, "notes", NULL, report_texts(&result->notes));
    const Drift *const drifts[] = {&result->source_drift, &result->database_drift};
    tell_drift(report, drifts, ARRAY_LENGTH(drifts));
    tell_drift_sql(report, "drift_sql", "SQL that would bring the migrations to the schema source",
                   &result->source_drift);
    tell_drift_sql(report, "database_drift_sql", "SQL that would bring the database to the migrations",
                   &result->database_drift);
    if (result->judged != NULL && lint_report_draws(context)) {
        lint_report_locks(context, result->judged);
        lint_report_change(context, result->judged);
    }
    for (size_t i = 0; i < result->findings.count; i++)
        report_finding(report, &result->findings.items[i]);
    format_note(&result->folder);
    for (size_t i = 0; i < result->folder.warnings.count; i++)
        log_warning("%s", result->folder.warnings.items[i]);
}

static bool run(CommandContext *context, Error *err)
{
    CheckOptions options;
    CheckResult result;
    if (option_flag(context->options, OPT_ALL_ENVS))
        return check_all_envs(context, err);
    bool done = check_one_run(context, &options, &result, err);
    tell(context, &result);
    return done;
}

static const OptionId options[] = {OPT_DIR,
                                   OPT_DIR_FORMAT,
                                   OPT_STAGED,
                                   OPT_ALL_ENVS,
                                   OPT_GIT_BASE,
                                   OPT_OUT_OF_ORDER,
                                   OPT_EXEC_ORDER,
                                   REPLAY_OPTION_IDS,
                                   OPT_FORCE,
                                   OPT_LINT,
                                   OPT_RULE,
                                   OPT_DDL_LOCK_TIMEOUT,
                                   OPT_STATEMENT_TIMEOUT,
                                   OPT_CHECK_URL,
                                   OPT_DRIFT,
                                   OPT_SOURCE_TIMEOUT,
                                   OPT_CROSS_VERSION,
                                   OPT_TESTS,
                                   OPT_STRICT_ORDER,
                                   OPT_SKIP,
                                   SNAPSHOT_OPTION_IDS,
                                   OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig check --dev-url embedded://", "verify the folder on a server of this machine"},
    {"# dbmig check --dev-url docker://postgres/16/dev", "on a throwaway container"},
    {"# dbmig check --git-base origin/main",
     "in a pull request: also that no old file was edited, and new versions are above its newest"},
    {"# dbmig check --git-base origin/main --out-of-order=41.1", "with a hotfix that must stay below"},
    {"# dbmig check --staged", "in a commit hook"},
    {"# dbmig check -u postgres://app@db/shop", "and whether a live database is what was applied"},
    {"# dbmig check --all-envs", "several databases in one repository"},
    {NULL, NULL},
};

const Command command_check = {
    .name = "check",
    .summary = "verify the migrations on a throwaway server",
    .description =
        "Verifies the sum file and the deployment template's hash, then replays the whole history "
        "on a "
        "throwaway server and lints what is new. When nothing has changed since the last check "
        "that went "
        "through, it says so and repeats what was found then (--force checks again). Replayed "
        "history is "
        "kept in a cache, so that only new files run.\n\n"
        "Where a schema source is configured (src in the env), what the migrations lead to is "
        "compared with "
        "it: models that changed without a migration are findings, object by object and as SQL, "
        "and `dbmig "
        "create NAME` writes the migration. --no-drift leaves that out.\n\n"
        "With --url a live database is compared, too: what its history says is applied is "
        "replayed, and "
        "differences are reported. Its schema is only read. What hosting providers and "
        "extensions bring along and the history tables of migration tools do not count.\n\n"
        "In a pull request, or with --git-base, versioned files that the target branch has must be "
        "as they "
        "are there, and new versions must be above its newest (dbmig rebase renumbers them).\n\n"
        "What is new is analyzed: with --staged what HEAD does not have, else what --git-base or "
        "the default branch "
        "does not have, else the newest migration. It also runs on a database that has the files "
        "of that base: an "
        "edited repeatable file, or a change below an existing view, fails here and not in "
        "production. A newest "
        "migration with nothing in it is an error. Tests of new versions run (see dbmig test), and "
        "a new B file must "
        "make what the history up to its version makes.\n\n"
        "A migration that is not merged may be edited between checks: the sum file and the "
        "template are updated. "
        "What others have, and what is committed, must fit the sum file.\n\n"
        "Roles that the history names and nobody creates are made for the replay and listed. "
        "Nothing "
        "that the files do reaches out of the throwaway server.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
