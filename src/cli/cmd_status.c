/* dbmig status: what is applied, pending, failed, missing, changed. */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/cli/apply_options.h"
#include "dbmig/project/sumfile.h"

typedef enum Weight { WEIGHT_FINE, WEIGHT_PENDING, WEIGHT_WRONG } Weight;

static Weight weight_of(const MigrationStatus *status)
{
    switch (status->state) {
    case STATE_PENDING:
    case STATE_OUTDATED:
        return WEIGHT_PENDING;
    case STATE_OUT_OF_ORDER:
    case STATE_FAILED:
    case STATE_CHANGED:
        return WEIGHT_WRONG;
    case STATE_MISSING:
        return status->row->version != NULL ? WEIGHT_WRONG : WEIGHT_FINE;
    default:
        return WEIGHT_FINE;
    }
}

static void tell_row(ReportTable *table, const MigrationStatus *status)
{
    const Migration *migration = status->migration;
    const HistoryRow *row = status->row;
    const ReportValue values[] = {
        report_text(migration != NULL ? migration->version : row->version),
        report_text(migration != NULL ? migration->description : row->description),
        report_text(migration != NULL ? migration->name : row->script),
        report_text(apply_state_name(status->state)),
        report_text(row != NULL ? row->installed_on : NULL),
        report_text(row != NULL ? row->installed_by : NULL),
        row != NULL ? report_duration(row->execution_ms) : report_text(NULL),
        report_text(row != NULL ? row->error : NULL),
    };
    report_row(table, values);
}

static void tell_table(Report *report, const StatusList *list)
{
    static const ReportColumn columns[] = {
        {"version", "version"},     {"description", "description"}, {"script", "file"},
        {"state", "state"},         {"installed_on", "applied on"}, {"installed_by", NULL},
        {"execution_time_ms", NULL}, {"error", NULL},
    };
    ReportTable *table = report_table(report, "migrations", "Migrations", columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < list->count; i++)
        tell_row(table, &list->items[i]);
}

/* Why a file failed, which the history remembers: the first question of whoever is called at night. */
static void tell_failed(Report *report, const StatusList *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const HistoryRow *row = list->items[i].row;
        if (list->items[i].state != STATE_FAILED || row->error == NULL)
            continue;
        report_line(report, "%s failed after %d of %d statements: %s", row->script,
                    row->statements_applied, row->statements_total, row->error);
    }
}

typedef struct Counts {
    size_t of[STATE_SQUASHED + 1];
    size_t pending, wrong;
} Counts;

static Counts count(const StatusList *list)
{
    Counts counts = {0};
    for (size_t i = 0; i < list->count; i++) {
        counts.of[list->items[i].state]++;
        Weight weight = weight_of(&list->items[i]);
        counts.pending += weight == WEIGHT_PENDING;
        counts.wrong += weight == WEIGHT_WRONG;
    }
    return counts;
}

static void tell_counts(Report *report, const Counts *counts)
{
    Buf text = {0};
    for (int state = 0; state <= STATE_SQUASHED; state++) {
        if (counts->of[state] > 0)
            buf_printf(&text, "%s%zu %s", text.len > 0 ? ", " : "", counts->of[state],
                       apply_state_name((MigrationState)state));
    }
    report_line(report, "%s.", text.len > 0 ? text.data : "No migrations");
    buf_free(&text);
    report_field(report, "applied", NULL, report_int((int64_t)counts->of[STATE_APPLIED]));
    report_field(report, "pending", NULL, report_int((int64_t)counts->pending));
    report_field(report, "wrong", NULL, report_int((int64_t)counts->wrong));
}

/* A wrong sum file does not hide the state of the database; it is told beside it. */
static bool check_sum(Report *report, Arena *arena, const MigrationFolder *folder)
{
    Error wrong = {0};
    bool fine = sumfile_verify(arena, folder, NULL, &wrong);
    if (!fine)
        log_warning("%s", wrong.primary);
    report_field(report, "sum_file", NULL, report_text(fine ? "ok" : wrong.primary));
    error_clear(&wrong);
    return fine;
}

static bool run(CommandContext *context, Error *err)
{
    ApplyOptions options;
    MigrationFolder folder;
    Session *session = NULL;
    ApplyPlan plan;
    Report *report = context->report;
    if (!apply_options_fill(context, &options, err) ||
        !migration_load(context->arena, options.dir, NULL, &folder, err))
        return false;
    options.folder = &folder;
    options.command = "status";
    bool sum_fine = check_sum(report, context->arena, &folder);
    if (!apply_options_connect(context, &options, true, &session, err))
        return false;
    bool done = apply_status(context->arena, session, &options, &plan, err);
    if (done) {
        Counts counts = count(&plan.status);
        report_field(report, "database", "Database", report_text(session_shown(session)));
        report_field(report, "history", "History",
                     report_text(plan.history.exists ? plan.history.qualified : "none yet"));
        report_field(report, "current", "Version", report_text(plan.current));
        tell_table(report, &plan.status);
        tell_counts(report, &counts);
        tell_failed(report, &plan.status);
        format_note(&folder);
        for (size_t i = 0; i < plan.warnings.count; i++)
            log_warning("%s", plan.warnings.items[i]);
        if (option_flag(context->options, OPT_EXIT_CODE) &&
            (counts.pending + counts.wrong > 0 || !sum_fine))
            report_mark_findings(report);
    }
    session_close(session);
    return done;
}

static const OptionId options[] = {APPLY_PLAN_OPTION_IDS, OPT_DDL_LOCK_TIMEOUT, OPT_EXIT_CODE, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig status -u \"$DATABASE_URL\"", "what is applied and what is pending"},
    {"# dbmig status --exit-code && start-service", "only when nothing is pending"},
    {NULL, NULL},
};

const Command command_status = {
    .name = "status",
    .summary = "show what is applied and what is pending",
    .description =
        "Compares the folder with the database's history. Writes nothing, not even the history table. "
        "States: applied, pending, out of order (not applied, but newer ones are), failed, changed "
        "(edited since it was applied), outdated (a repeatable that will run again), missing (applied, "
        "no file), future (applied by a newer release), baseline, ignored (above --to).\n\n"
        "With --exit-code the exit code is 1 when something is pending, failed, changed, missing or out "
        "of order, or when the sum file does not fit.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
