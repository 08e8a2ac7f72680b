/* dbmig baseline: takes a database without history as being at a version. */
#include "dbmig/cli/apply_options.h"
#include "dbmig/engine/baseline.h"

#define DEFAULT_VERSION "1" /* as in Flyway */

static const char *wanted_version(const OptionSet *options)
{
    const char *version = option_string(options, OPT_NEW_VERSION);
    if (version == NULL)
        version = option_string(options, OPT_BASELINE);
    return version != NULL ? version : DEFAULT_VERSION;
}

static void tell(Report *report, const Session *session, const AmendPlan *plan, const char *version)
{
    bool written = plan->list.count > 0;
    report_field(report, "database", NULL, report_text(session_shown(session)));
    report_field(report, "history", NULL, report_text(plan->status.history.qualified));
    report_field(report, "baseline", NULL, report_text(version));
    report_field(report, "written", NULL, report_bool(written));
    if (written)
        report_line(report,
                    "%s now has a history, %s, with a baseline at version %s: newer migrations "
                    "are pending.",
                    session_shown(session), plan->status.history.qualified, version);
    else
        report_line(report, "%s has that baseline already: version %s.", session_shown(session),
                    version);
}

static bool run(CommandContext *context, Error *err)
{
    ApplyOptions options;
    /* The folder plays no part: only what is in the database is recorded. */
    MigrationFolder none = {.path = "."};
    Session *session = NULL;
    AmendPlan plan;
    const char *version = wanted_version(context->options);
    if (!apply_options_fill(context, &options, err))
        return false;
    options.folder = &none;
    options.command = "baseline";
    options.baseline = NULL;
    if (!version_valid(version))
        return error_set(err, EXIT_USAGE, "\"%s\" is not a valid version", version);
    if (!apply_options_connect(context, &options, false, &session, err))
        return false;
    bool done = amend_plan(context->arena, session, &options, baseline_plan, version, &plan, err) &&
                amend_run(context->arena, session, &options, baseline_plan, version, &plan, err);
    if (done)
        tell(context->report, session, &plan, version);
    session_close(session);
    return done;
}

static const OptionId options[] = {
    OPT_URL,      OPT_NEW_VERSION, OPT_BASELINE, HISTORY_OPTION_IDS, HISTORY_LOCK_OPTION_IDS,
    OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig baseline -u \"$DATABASE_URL\" --version 40", "migrations up to 40 are in it already"},
    {"# dbmig baseline --history-table flyway_schema_history", "as Flyway would, at version 1"},
    {NULL, NULL},
};

const Command command_baseline = {
    .name = "baseline",
    .summary = "mark an existing database as being at a version",
    .description =
        "Makes the history table and writes one row: the database is at that version (--version, "
        "else "
        "`baseline` of the configuration, else 1). `dbmig apply` then runs only what is newer. The "
        "database's objects are not looked at: `dbmig apply --dry-run` shows what would run.\n\n"
        "Refused when the history has rows. `dbmig apply --baseline VERSION` does the same and "
        "applies "
        "at once.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
