/* dbmig check: proves the migrations folder. */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/cli/check_envs.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/cli/lint_options.h"
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

static void tell_new_files(Report *report, const CheckResult *result, const char *base)
{
    static const ReportColumn columns[] = {{"file", "file"}};
    if (base == NULL)
        return;
    report_field(report, "git_base", NULL, report_text(base));
    ReportTable *table = report_table(report, "new_files", "New files", columns, 1);
    for (size_t i = 0; i < result->new_files.count; i++) {
        const ReportValue row[] = {report_text(result->new_files.items[i])};
        report_row(table, row);
    }
}

static void tell(const CommandContext *context, const CheckOptions *options,
                 const CheckResult *result)
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
    tell_new_files(report, result, options->git_base);
    report_field(report, "roles", result->roles.count > 0 ? "Roles made for the replay" : NULL,
                 report_texts(&result->roles));
    report_field(report, "notes", NULL, report_texts(&result->notes));
    for (size_t i = 0; i < result->findings.count; i++)
        report_finding(report, &result->findings.items[i]);
    for (size_t i = 0; i < result->folder.warnings.count; i++)
        log_warning("%s", result->folder.warnings.items[i]);
}

/* "" and "all" mean any version: --exec-order non-linear says the same for good. */
static const char *admitted(const OptionSet *options)
{
    const char *version = option_string(options, OPT_OUT_OF_ORDER);
    bool any = strcmp(option_string(options, OPT_EXEC_ORDER), "non-linear") == 0;
    return version == NULL && any ? "" : version;
}

bool check_command(const CommandContext *context, CheckOptions *ret_options, CheckResult *ret,
                   Error *err)
{
    TemplateList *templates = arena_alloc(context->arena, sizeof(*templates));
    GitBase base;
    *ret = (CheckResult){0};
    *ret_options = (CheckOptions){
        .dir = option_string(context->options, OPT_DIR),
        .force = option_flag(context->options, OPT_FORCE),
        .staged = option_flag(context->options, OPT_STAGED),
        .out_of_order = admitted(context->options),
        .templates = templates,
    };
    if (!template_read(context->arena, context->config, templates, err))
        return false;
    git_base_option(context, false, &base);
    ret_options->git_base = base.ref;
    replay_options_fill(context, &ret_options->replay);
    LintOptions *lint = arena_alloc(context->arena, sizeof(*lint));
    if (!lint_options_fill(context, lint, err))
        return false;
    if (option_flag(context->options, OPT_LINT)) {
        ret_options->lint = lint;
        ret_options->settings = lint_options_text(context->arena, lint);
    }
    bool done = check_run(context->arena, ret_options, ret, err);
    log_progress(NULL);
    return done;
}

static bool run(CommandContext *context, Error *err)
{
    CheckOptions options;
    CheckResult result;
    if (option_flag(context->options, OPT_ALL_ENVS))
        return check_all_envs(context, err);
    bool done = check_command(context, &options, &result, err);
    tell(context, &options, &result);
    return done;
}

static const OptionId options[] = {OPT_DIR,          OPT_STAGED,     OPT_ALL_ENVS,      OPT_GIT_BASE,
                                   OPT_OUT_OF_ORDER, OPT_EXEC_ORDER, REPLAY_OPTION_IDS, OPT_FORCE,
                                   OPT_LINT, OPT_RULE, OPT_DDL_LOCK_TIMEOUT, OPT_STATEMENT_TIMEOUT,
                                   OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig check --dev-url embedded://", "prove the folder on a server of this machine"},
    {"# dbmig check --dev-url docker://postgres/16/dev", "on a throwaway container"},
    {"# dbmig check --git-base origin/main",
     "in a pull request: also that no old file was edited, and new versions are above its newest"},
    {"# dbmig check --git-base origin/main --out-of-order=41.1", "with a hotfix that must stay below"},
    {"# dbmig check --staged", "in a commit hook"},
    {"# dbmig check --all-envs", "several databases in one repository"},
    {NULL, NULL},
};

const Command command_check = {
    .name = "check",
    .summary = "prove the migrations on a throwaway server",
    .description =
        "Verifies the sum file and the deployment template's hash, then replays the whole history on a "
        "throwaway server and lints what is new. When nothing has changed since the last check that went "
        "through, it says so and repeats what was found then (--force checks again). Replayed history is "
        "kept in a cache, so that only new files run.\n\n"
        "In a pull request, or with --git-base, versioned files that the target branch has must be as they "
        "are there, and new versions must be above its newest (dbmig rebase renumbers them).\n\n"
        "Roles that the history names and nobody creates are made for the replay and listed. Nothing "
        "that the files do reaches out of the throwaway server.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
