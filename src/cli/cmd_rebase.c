/* dbmig rebase: renumbers a branch's new migrations. */
#include <time.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/engine/rebase.h"

static bool choose_base(const CommandContext *context, const char **ret, Error *err)
{
    GitBase base;
    git_base_option(context, true, &base);
    *ret = base.ref;
    if (base.ref != NULL)
        return true;
    error_set(err, EXIT_USAGE, "no target branch: name the branch you will merge into");
    return error_hint(err, "Name it: dbmig rebase --git-base origin/main");
}

static void on_plan(void *context, const RebaseMoves *moves)
{
    const char *folder = context;
    for (size_t i = 0; i < moves->count; i++)
        log_info("%s: %s → %s", folder, moves->items[i].from, moves->items[i].to);
}

static void tell_moves(Report *report, const RebaseResult *result)
{
    static const ReportColumn columns[] = {{"from", NULL}, {"to", NULL}};
    ReportTable *table = report_table(report, "renamed", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < result->moves.count; i++) {
        const ReportValue row[] = {
            report_text(result->moves.items[i].from),
            report_text(result->moves.items[i].to),
        };
        report_row(table, row);
        report_line(report, "%s/%s", result->folder, result->moves.items[i].to);
    }
}

/* Templates too: in the middle of a merge git wants each file that had conflicts. */
static void tell_next(Arena *arena, const RebaseResult *result, const char *base)
{
    Buf files = {0};
    buf_add_str(&files, text_shell_word(arena, result->folder));
    for (size_t i = 0; i < result->templates.count; i++)
        buf_printf(&files, " %s", text_shell_word(arena, result->templates.items[i]));
    log_info("Next: git add -A %s, and dbmig check --git-base %s", buf_text(&files), base);
    buf_free(&files);
}

static void tell(const CommandContext *context, const char *base, bool dry_run,
                 const RebaseResult *result)
{
    Report *report = context->report;
    tell_moves(report, result);
    if (result->moves.count == 0)
        report_line(report, "Nothing to renumber: the new versions are above %s, the newest of %s.",
                    result->newest == NULL ? "none" : result->newest, base);
    report_field(report, "git_base", NULL, report_text(base));
    report_field(report, "newest", NULL, report_text(result->newest));
    report_field(report, "folder", NULL, report_text(result->folder));
    report_field(report, "dry_run", NULL, report_bool(dry_run));
    report_field(report, "sum", NULL, report_text(result->sum));
    report_field(report, "sum_changed", NULL, report_bool(result->sum_changed));
    report_field(report, "templates", NULL, report_texts(&result->templates));
    for (size_t i = 0; i < result->warnings.count; i++)
        log_warning("%s", result->warnings.items[i]);
    if (dry_run)
        return;
    for (size_t i = 0; i < result->templates.count; i++)
        log_info("%s: the new hash is in it", result->templates.items[i]);
    if (result->moves.count > 0)
        log_info("A database of your own that has the old versions must be recreated (or: dbmig "
                 "repair).");
    if (result->moves.count > 0 || result->sum_changed)
        tell_next(context->arena, result, base);
}

static bool run(CommandContext *context, Error *err)
{
    char now[16] = "";
    time_t seconds = time(NULL);
    struct tm parts;
    TemplateList templates;
    RebaseResult result;
    if (gmtime_r(&seconds, &parts) != NULL)
        strftime(now, sizeof(now), "%Y%m%d%H%M%S", &parts);
    RebaseOptions options = {
        .dir = option_string(context->options, OPT_DIR),
        .out_of_order = option_string(context->options, OPT_OUT_OF_ORDER),
        .templates = &templates,
        .now = now,
        .dry_run = option_flag(context->options, OPT_DRY_RUN),
        .on_plan = on_plan,
        .context = migration_folder_path(context->arena, option_string(context->options, OPT_DIR)),
    };
    if (!template_read(context->arena, context->config, &templates, err) ||
        !choose_base(context, &options.git_base, err) ||
        !rebase_run(context->arena, &options, &result, err))
        return false;
    tell(context, options.git_base, options.dry_run, &result);
    return true;
}

static const OptionId options[] = {OPT_DIR, OPT_DIR_FORMAT, OPT_GIT_BASE, OPT_OUT_OF_ORDER, OPT_DRY_RUN,
                                   OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig rebase --git-base origin/main",
     "in a branch, before or during a merge or git rebase"},
    {"# dbmig rebase --dry-run", "old and new names; nothing is renamed"},
    {NULL, NULL},
};

const Command command_rebase = {
    .name = "rebase",
    .summary = "renumber this branch's new migrations above another branch's",
    .description =
        "When two branches have each added a migration, the one that is merged last needs a newer "
        "version. This command finds the files that --git-base does not have, gives those whose "
        "version "
        "is not above its newest the next ones in the folder's habit (their order stays; undo, "
        "baseline "
        "and .conf files go with their file), and writes the sum file and the deployment template, "
        "also "
        "when these are full of a merge's conflict markers.\n\n"
        "It works before the merge, in the middle of it and afterwards, and can be repeated: what "
        "was "
        "interrupted is finished. All is worked out before the first file is renamed. Files of the "
        "other "
        "branch are never touched; one that was edited here is refused.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
