/* dbmig create NAME: the next migration file. */
#include <stdlib.h>
#include <time.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/engine/create.h"

static const char *pick_editor(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < ARRAY_LENGTH(variables); i++) {
        const char *editor = getenv(variables[i]);
        if (editor != NULL && editor[0] != '\0')
            return editor;
    }
    return "vi";
}

/* All words are the name: quotes around several can be left out. */
static char *join_words(const CommandContext *context)
{
    char *name = arena_strdup(context->arena, context->positionals[0]);
    for (size_t i = 1; i < context->positional_count; i++)
        name = arena_printf(context->arena, "%s %s", name, context->positionals[i]);
    return name;
}

static void tell(const CommandContext *context, const CreateResult *result)
{
    Report *report = context->report;
    report_line(report, "%s", result->path);
    report_field(report, "path", NULL, report_text(result->path));
    report_field(report, "name", NULL, report_text(result->name));
    report_field(report, "migration_version", NULL, report_text(result->version));
    report_field(report, "sum", NULL, report_text(result->sum));
    report_field(report, "empty", NULL, report_bool(result->empty));
    report_field(report, "templates", NULL, report_texts(&result->templates));
    for (size_t i = 0; i < result->templates.count; i++)
        log_info("%s: the new hash is in it", result->templates.items[i]);
    for (size_t i = 0; i < result->warnings.count; i++)
        log_warning("%s", result->warnings.items[i]);
    if (result->empty)
        log_info("%s has no statement yet; run `dbmig hash` when it has", result->path);
}

static bool run(CommandContext *context, Error *err)
{
    char now[16] = "";
    time_t seconds = time(NULL);
    struct tm parts;
    TemplateList templates;
    if (gmtime_r(&seconds, &parts) != NULL)
        strftime(now, sizeof(now), "%Y%m%d%H%M%S", &parts);
    CreateOptions options = {
        .dir = option_string(context->options, OPT_DIR),
        .description = join_words(context),
        .version = option_string(context->options, OPT_NEW_VERSION),
        .editor = option_flag(context->options, OPT_EDIT) ? pick_editor() : NULL,
        .now = now,
        .templates = &templates,
    };
    CreateResult result;
    if (!template_read(context->arena, context->config, &templates, err) ||
        !create_run(context->arena, &options, &result, err))
        return false;
    tell(context, &result);
    return true;
}

static const CommandPositional positionals[] = {
    {"NAME", true, true, "what the migration does; blanks become underscores"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPT_DIR, OPT_NEW_VERSION, OPT_EDIT, OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig create add_invoice_table", "V<next>__add_invoice_table.sql and the new sum file"},
    {"dbmig create 'add invoice notes' --version 40.1", "with a version of its own"},
    {"# dbmig create --edit fix_totals", "opens $VISUAL or $EDITOR, then hashes"},
    {NULL, NULL},
};

const Command command_create = {
    .name = "create",
    .summary = "write the next migration file",
    .description =
        "Creates an empty migration with the next version in the folder's own habit (counters, padding, "
        "timestamps, one underscore or two), re-hashes the folder and prints the new file's path.\n\n"
        "The deployment template, where one is configured, gets the new sum file's hash.\n\n"
        "A sum file that did not fit the folder before is refused: `dbmig hash` is the command that "
        "accepts edits.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
