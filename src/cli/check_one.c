/* One check by the options of one env: what flags and configuration say becomes CheckOptions. */
#include "dbmig/cli/check_one.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/log.h"
#include "dbmig/cli/diff_options.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/cli/lint_options.h"
#include "dbmig/cli/lint_report.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/engine/test.h"

/* "" and "all" mean any version: --exec-order non-linear says the same for good. */
static const char *admitted(const OptionSet *options)
{
    const char *version = option_string(options, OPT_OUT_OF_ORDER);
    bool any = strcmp(option_string(options, OPT_EXEC_ORDER), "non-linear") == 0;
    return version == NULL && any ? "" : version;
}

/* What else decides about drift, for the early exit. */
static char *drift_settings(Arena *arena, const DiffOptions *diff)
{
    const StringList *const lists[] = {diff->snapshot.schemas, diff->snapshot.exclude, diff->plan.skip};
    Buf text = {0};
    buf_printf(&text, " drift %d %s", diff->plan.strict_order, diff->snapshot.history_table);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        buf_add_str(&text, " |");
        for (size_t k = 0; lists[i] != NULL && k < lists[i]->count; k++)
            buf_printf(&text, " %s", lists[i]->items[k]);
    }
    return buf_steal(&text, arena);
}

/* The schema source, unless it is not to be compared. */
static bool fill_drift(const CommandContext *context, CheckOptions *options, Error *err)
{
    SchemaSource configured;
    DiffOptions *diff = arena_alloc(context->arena, sizeof(*diff));
    diff_options_fill(context, diff);
    options->diff = diff;
    options->url = option_string(context->options, OPT_CHECK_URL);
    options->history_schema = option_string(context->options, OPT_HISTORY_SCHEMA);
    options->history_table = option_string(context->options, OPT_HISTORY_TABLE);
    if (!diff_policy_fill(context, &diff->plan, err))
        return false;
    if (!option_flag(context->options, OPT_DRIFT))
        return true;
    if (!config_schema_source(context->config, &configured, err))
        return false;
    if (configured.kind == SOURCE_NONE)
        return true;
    const char *settings = options->settings ? options->settings : "";
    options->settings =
        arena_printf(context->arena, "%s%s", settings, drift_settings(context->arena, diff));
    options->source = arena_alloc(context->arena, sizeof(*options->source));
    return diff_source_configured(context->arena, context->config, options->source, err);
}

/* The tests of migrations, which an early exit must know. */
static bool fill_tests(const CommandContext *context, CheckOptions *options, Error *err)
{
    char *digest;
    options->tests = option_string(context->options, OPT_TESTS);
    if (!test_digest(context->arena, options->tests, &digest, err))
        return false;
    options->settings = arena_printf(context->arena, "%s tests %s",
                                     options->settings == NULL ? "" : options->settings, digest);
    return true;
}

/* Nobody says what the change is compared with: a commit with what is committed, a branch with the default
   one, and where there is none, what is on the disk with what is committed. */
static const char *new_since(const CommandContext *context)
{
    GitBase base = {0};
    if (!option_flag(context->options, OPT_STAGED))
        git_base_option(context, true, &base);
    return base.ref != NULL ? base.ref : "HEAD";
}

bool check_one_run(const CommandContext *context, CheckOptions *ret_options, CheckResult *ret, Error *err)
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
    if (base.ref == NULL && !git_base_named(context))
        ret_options->new_since = new_since(context);
    replay_options_fill(context, &ret_options->replay);
    LintOptions *lint = arena_alloc(context->arena, sizeof(*lint));
    if (!lint_options_fill(context, lint, err))
        return false;
    if (option_flag(context->options, OPT_LINT)) {
        /* What an early exit remembers has neither locks nor diagram. */
        lint->diagram = lint_report_draws(context);
        ret_options->force |= lint->diagram;
        ret_options->lint = lint;
        ret_options->settings = lint_options_text(context->arena, lint);
    }
    if (!fill_drift(context, ret_options, err) || !fill_tests(context, ret_options, err))
        return false;
    bool done = check_run(context->arena, ret_options, ret, err);
    log_progress(NULL);
    return done;
}
