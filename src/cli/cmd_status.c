/* dbmig status: what is applied, pending, failed, missing, changed. */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/cli/apply_options.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/cli/status_report.h"
#include "dbmig/project/sumfile.h"
#include "dbmig_sql.h"

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

/* The history has times without a zone, in the session's: only the server can say when that was. */
static bool read_times(Arena *arena, Session *session, const StatusList *list, int64_t *ret, Error *err)
{
    Buf times = {0};
    Rows *rows = NULL;
    buf_add_char(&times, '{');
    for (size_t i = 0; i < list->count; i++) {
        const HistoryRow *row = list->items[i].row;
        buf_printf(&times, "%s\"%s\"", i == 0 ? "" : ",",
                   row != NULL && row->installed_on != NULL ? row->installed_on : "-infinity");
    }
    buf_add_char(&times, '}');
    const char *params[] = {buf_steal(&times, arena)};
    if (!session_query(session, arena, sql_status_times, 1, params, &rows, err))
        return error_prefix(err, "could not read the times of the history");
    for (size_t i = 0; i < list->count; i++)
        ret[i] = rows_text(rows, i, 0) != NULL ? rows_int(rows, i, 0) : STATUS_NO_TIME;
    return true;
}

static bool look(CommandContext *context, Session *session, const ApplyOptions *options,
                 const ApplyPlan *plan, bool sum_fine, Error *err)
{
    int64_t *installed = arena_calloc(context->arena, plan->status.count + 1, sizeof(*installed));
    ApplyRunning running;
    Error refusal = {0};
    if (!read_times(context->arena, session, &plan->status, installed, err) ||
        !apply_running(context->arena, session, options, plan, &running, err))
        return false;
    if (!plan->history.exists && plan->folder.run_count > 0)
        apply_check_dirty(context->arena, session, plan, &refusal);
    StatusView view = {
        .arena = context->arena,
        .report = context->report,
        .plan = plan,
        .database = session_shown(session),
        .running = &running,
        .refusal = &refusal,
        .installed = installed,
        .all = option_flag(context->options, OPT_ALL),
        .pending_only = option_flag(context->options, OPT_PENDING),
        .brief = option_flag(context->options, OPT_SHORT),
    };
    status_count(&view);
    status_report(&view);
    error_clear(&refusal);
    format_note(options->folder);
    for (size_t i = 0; i < plan->warnings.count; i++)
        log_warning("%s", plan->warnings.items[i]);
    if (option_flag(context->options, OPT_EXIT_CODE) && (view.pending + view.wrong > 0 || !sum_fine))
        report_mark_findings(context->report);
    return true;
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
    bool done = apply_status(context->arena, session, &options, &plan, err) &&
                look(context, session, &options, &plan, sum_fine, err);
    session_close(session);
    return done;
}

static const OptionId options[] = {APPLY_PLAN_OPTION_IDS, OPT_DDL_LOCK_TIMEOUT, OPT_EXIT_CODE,
                                   OPT_ALL, OPT_PENDING, OPT_SHORT, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig status -u \"$DATABASE_URL\"", "what is applied and what is pending"},
    {"# dbmig status --exit-code && start-service", "only when nothing is pending"},
    {"# dbmig status --pending --short", "a line a file that waits or needs somebody"},
    {NULL, NULL},
};

const Command command_status = {
    .name = "status",
    .summary = "show what is applied and what is pending",
    .description =
        "Compares the folder with the database's history. Writes nothing, not even the history "
        "table. "
        "First comes a run that is in progress (who, which statement, what blocks it), then what "
        "needs attention, "
        "then what is pending and the newest ten migrations (--all: every one); the last line says "
        "what to do next. "
        "Times are local; in JSON they are UTC.\n\n"
        "States: applied, pending, out of order (not applied, but newer ones are), failed, changed "
        "(edited since it was applied), outdated (a repeatable that will run again), missing "
        "(applied, "
        "no file), future (applied by a newer release), baseline, ignored (above --to).\n\n"
        "With --exit-code the exit code is 1 when something is pending, failed, changed, missing "
        "or out "
        "of order, or when the sum file does not fit.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
