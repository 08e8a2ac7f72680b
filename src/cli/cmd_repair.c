/* dbmig repair: brings the history in line with the folder, after showing what that changes. */
#include "dbmig/base/log.h"
#include "dbmig/cli/amend_report.h"
#include "dbmig/cli/apply_options.h"
#include "dbmig/cli/ask.h"
#include "dbmig/engine/repair.h"

static bool refuse_unasked(Error *err)
{
    error_set(err, EXIT_USAGE, "nothing was changed: there is no terminal to ask on");
    return error_hint(err, "Pass --yes to write these changes, --dry-run only to see them.");
}

static bool repair(CommandContext *context, Session *session, const ApplyOptions *options,
                   Error *err)
{
    AmendPlan plan;
    bool asked = true, dry = option_flag(context->options, OPT_DRY_RUN);
    RepairWish wish = {.force = option_flag(context->options, OPT_FORCE)};
    if (!amend_plan(context->arena, session, options, repair_plan, &wish, &plan, err))
        return false;
    bool any = plan.list.count > 0;
    amend_report(context->report, session, &plan);
    /* Before the question: the report is printed at the end. */
    if (any && !dry && !option_flag(context->options, OPT_YES))
        amend_log(&plan);
    bool agreed =
        any && !dry && ask_unless_yes(context, "Write these changes to the history?", &asked);
    if (agreed && !amend_run(context->arena, session, options, repair_plan, &wish, &plan, err))
        return false;
    report_field(context->report, "repaired", NULL, report_bool(agreed));
    if (!any)
        report_line(context->report, "Nothing to repair.");
    else if (agreed)
        report_line(context->report, "Repaired: %zu row%s.", plan.list.count,
                    plan.list.count == 1 ? "" : "s");
    else if (asked)
        report_line(context->report, "Nothing was changed.");
    return asked || refuse_unasked(err);
}

static bool run(CommandContext *context, Error *err)
{
    ApplyOptions options;
    MigrationFolder folder;
    Session *session = NULL;
    if (!apply_options_fill(context, &options, err) ||
        !apply_folder(context->arena, &options, &folder, err))
        return false;
    options.folder = &folder;
    options.command = "repair";
    if (!apply_options_connect(context, &options, option_flag(context->options, OPT_DRY_RUN),
                               &session, err))
        return false;
    bool done = repair(context, session, &options, err);
    session_close(session);
    return done;
}

static const OptionId options[] = {
    OPT_URL,          OPT_DIR, OPT_DIR_FORMAT,         HISTORY_OPTION_IDS, HISTORY_LOCK_OPTION_IDS,
    OPT_PLACEHOLDERS, OPT_PLACEHOLDER, OPT_DRY_RUN,        OPT_YES,
    OPT_FORCE,        OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig repair -u \"$DATABASE_URL\" --dry-run", "what it would change"},
    {"# dbmig repair -u \"$DATABASE_URL\" --yes", "without a question, for scripts"},
    {NULL, NULL},
};

const Command command_repair = {
    .name = "repair",
    .summary = "bring the history in line with the folder",
    .description = "For what was changed on purpose and what failed. Shows each row that it would "
                   "change and why, "
                   "then asks; without a terminal it needs --yes. The schema is never touched.\n\n"
                   "An applied file that was edited (a comment, a typo): its new checksums "
                   "are recorded. A "
                   "renamed file or description: the row follows. A failed migration of which "
                   "nothing is applied: "
                   "its row is removed, so that it runs again. An applied file that is gone: a "
                   "DELETE row says so, "
                   "as Flyway writes it. Rows of a newer release are left alone.\n\n"
                   "A file that is partly applied outside a transaction needs no repair: `dbmig "
                   "apply` resumes with "
                   "it. With --force its row is removed, and it runs again from its start. When "
                   "what is missing of "
                   "it was done by hand, `dbmig apply --mark-applied VERSION` says so.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
