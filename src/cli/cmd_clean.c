/* dbmig clean: empties a database. */
#include <inttypes.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/apply_options.h"
#include "dbmig/cli/ask.h"
#include "dbmig/engine/clean.h"
#include "dbmig/engine/diff.h"

#define SHOWN 40 /* so many objects are listed before the question */

static bool refuse_protected(const CommandContext *context, Error *err)
{
    if (!option_flag(context->options, OPT_PROTECTED))
        return true;
    error_set(err, EXIT_USAGE, "the database is protected, and is not cleaned");
    return error_hint(err, "protected is set in %s.", option_source(context->options, OPT_PROTECTED));
}

static size_t count_drops(const CleanPlan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->plan.changes.count; i++)
        count += plan->plan.changes.items[i].kind == CHANGE_DROP;
    return count + plan->history.count;
}

static bool is_nothing(const CleanPlan *plan)
{
    return plan->plan.statements.count == 0 && plan->history.count == 0 && plan->large_objects == 0;
}

/* ---- telling ---- */

static void tell_objects(Report *report, const CleanPlan *plan)
{
    static const ReportColumn columns[] = {{"kind", "kind"}, {"object", "object"}};
    ReportTable *table = report_table(report, "objects", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < plan->history.count; i++) {
        const ReportValue row[] = {report_text("history"), report_text(plan->history.items[i])};
        report_row(table, row);
    }
    for (size_t i = 0; i < plan->plan.changes.count; i++) {
        const Change *change = &plan->plan.changes.items[i];
        if (change->kind != CHANGE_DROP)
            continue;
        const ReportValue row[] = {report_text(kind_spec(change->before->kind)->name),
                                   report_text(change->before->key)};
        report_row(table, row);
    }
}

/* Before the question: the report is printed at the end. */
static void log_objects(const CleanPlan *plan)
{
    size_t shown = 0, all = count_drops(plan);
    for (size_t i = 0; i < plan->history.count; i++, shown++)
        log_info("drop history %s", plan->history.items[i]);
    for (size_t i = 0; i < plan->plan.changes.count && shown < SHOWN; i++) {
        const Change *change = &plan->plan.changes.items[i];
        if (change->kind != CHANGE_DROP || change->before->parent != NULL)
            continue;
        log_info("drop %s %s", kind_spec(change->before->kind)->name, change->before->key);
        shown++;
    }
    if (shown < all)
        log_info("and %zu more, parts of these counted; --dry-run lists all", all - shown);
    if (plan->large_objects > 0)
        log_info("drop %" PRId64 " large objects", plan->large_objects);
}

static void tell(const CommandContext *context, const Session *session, const CleanPlan *plan,
                 bool dry, bool done)
{
    Report *report = context->report;
    report_field(report, "database", "Database", report_text(session_shown(session)));
    report_field(report, "large_objects", NULL, report_int(plan->large_objects));
    report_field(report, "cleaned", NULL, report_bool(done));
    report_field(report, "staying", NULL, report_texts(&plan->staying));
    if (is_nothing(plan))
        report_line(report, "Nothing to drop.");
    else if (dry)
        tell_objects(report, plan);
    else if (done)
        report_line(report, "Dropped %zu object%s%s.", count_drops(plan), count_drops(plan) == 1 ? "" : "s",
                    plan->history.count > 0 ? ", the history among them" : "");
    else
        report_line(report, "Nothing was dropped.");
}

/* ---- asking ---- */

/* The name of the database must be said, on the command line or at the terminal. */
static bool agreed(const CommandContext *context, const Session *session, bool *ret, Error *err)
{
    const char *name = session_database(session);
    const char *named = option_string(context->options, OPT_CLEAN_DATABASE);
    bool yes = option_flag(context->options, OPT_YES);
    if (named != NULL && !text_equal(named, name)) {
        error_set(err, EXIT_USAGE, "--database says %s, and the address leads to database %s", named, name);
        return error_hint(err, "Nothing was dropped.");
    }
    *ret = yes && named != NULL;
    if (*ret)
        return true;
    if (!ask_possible()) {
        error_set(err, EXIT_USAGE, "nothing was dropped: there is no terminal to ask on");
        return error_hint(err, "Pass --yes --database NAME to drop all this, --dry-run only to see it.");
    }
    *ret = ask_for_word(
        arena_printf(context->arena,
                     "All this goes, with its data. Type the name of the database to drop it (%s):",
                     session_shown(session)),
        name);
    return true;
}

static bool clean(CommandContext *context, Session *session, const CleanOptions *options, Error *err)
{
    CleanPlan plan;
    bool dry = option_flag(context->options, OPT_DRY_RUN), wanted = false;
    if (!clean_plan(context->arena, session, options, &plan, err))
        return false;
    for (size_t i = 0; i < plan.staying.count; i++)
        log_info("stays: %s", plan.staying.items[i]);
    if (!dry && !is_nothing(&plan)) {
        log_objects(&plan);
        if (!agreed(context, session, &wanted, err) ||
            (wanted && !clean_run(context->arena, session, options, &plan, err)))
            return false;
    }
    tell(context, session, &plan, dry, wanted);
    return true;
}

static bool run(CommandContext *context, Error *err)
{
    ApplyOptions apply;
    MigrationFolder none = {.path = "."}; /* the folder plays no part */
    Session *session = NULL;
    if (!refuse_protected(context, err) || !apply_options_fill(context, &apply, err))
        return false;
    apply.folder = &none;
    apply.command = "clean";
    CleanOptions options = {
        .apply = &apply,
        .schemas = option_list(context->options, OPT_SCHEMAS),
        .exclude = option_list(context->options, OPT_EXCLUDE),
        .all_schemas = option_flag(context->options, OPT_ALL_SCHEMAS),
        .extensions = option_flag(context->options, OPT_EXTENSIONS),
    };
    if (!apply_options_connect(context, &apply, option_flag(context->options, OPT_DRY_RUN), &session, err))
        return false;
    bool done = clean(context, session, &options, err);
    session_close(session);
    return done;
}

static const OptionId options[] = {
    OPT_URL,           OPT_SCHEMAS,           OPT_EXCLUDE, OPT_ALL_SCHEMAS,        OPT_EXTENSIONS,
    OPT_CLEAN_DATABASE, OPT_YES,              OPT_DRY_RUN, OPT_PROTECTED,          OPT_DDL_LOCK_TIMEOUT,
    HISTORY_OPTION_IDS, HISTORY_LOCK_OPTION_IDS, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig clean -u \"$DATABASE_URL\" --dry-run", "what would go"},
    {"# dbmig clean -u \"$DATABASE_URL\" --yes --database shop_test", "without a question, for scripts"},
    {NULL, NULL},
};

const Command command_clean = {
    .name = "clean",
    .summary = "drop everything in a database",
    .description = "For test and development databases: drops what the user owns in the schemas "
                   "that --schema names (without "
                   "it, the first of search_path), and the history. Lists everything first, then "
                   "asks for the name of the "
                   "database; without a terminal it needs --yes and --database NAME. A database "
                   "that is protected is "
                   "refused.\n\n"
                   "The database itself stays, and so do extensions (--extensions drops them), "
                   "what hosting providers bring "
                   "along, and what belongs to other roles. With --all-schemas every schema goes "
                   "but public, and what lies in "
                   "no schema: publications, subscriptions, event triggers, foreign servers, "
                   "default privileges, large "
                   "objects. Nothing is dropped by CASCADE: where something that stays depends on "
                   "what is to go, the server "
                   "says so and the command stops.\n\n"
                   "The history goes first, then the objects, in transactions that fit into the "
                   "server's lock table. When it "
                   "is interrupted, run it again.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
