/* dbmig create NAME: the next migration file. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/diff_options.h"
#include "dbmig/cli/diff_report.h"
#include "dbmig/cli/replay_options.h"
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

/* Without a terminal only an editor that somebody named can be meant. */
static bool check_editor(const CommandContext *context, Error *err)
{
    const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
    bool named = (visual != NULL && *visual != '\0') || (editor != NULL && *editor != '\0');
    if (!option_flag(context->options, OPT_EDIT) || named || isatty(STDIN_FILENO))
        return true;
    error_set(err, EXIT_USAGE, "--edit needs a terminal, or an editor in VISUAL or EDITOR");
    return error_hint(err, "Leave out --edit, write the file, and run `dbmig hash`.");
}

/* All words are the name: quotes around several can be left out. */
static char *join_words(const CommandContext *context)
{
    char *name = arena_strdup(context->arena, context->positionals[0]);
    for (size_t i = 1; i < context->positional_count; i++)
        name = arena_printf(context->arena, "%s %s", name, context->positionals[i]);
    return name;
}

static void tell_files(const CommandContext *context, const CreateResult *result)
{
    static const ReportColumn columns[] = {
        {"path", NULL}, {"name", NULL}, {"migration_version", NULL}, {"content", NULL},
    };
    Report *report = context->report;
    const CreateFile none = {0}, *first = result->files.count > 0 ? &result->files.items[0] : &none;
    report_field(report, "path", NULL, report_text(first->path));
    report_field(report, "name", NULL, report_text(first->name));
    report_field(report, "migration_version", NULL, report_text(first->version));
    ReportTable *table = report_table(report, "files", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < result->files.count; i++) {
        const CreateFile *file = &result->files.items[i];
        const ReportValue row[] = {report_text(file->path), report_text(file->name),
                                   report_text(file->version), report_text(file->content)};
        report_row(table, row);
    }
}

/* The paths alone; of a dry run what would be written, fit for psql. */
static void print_files(const CommandContext *context, const CreateResult *result)
{
    bool dry_run = option_flag(context->options, OPT_DRY_RUN);
    Buf script = {0};
    for (size_t i = 0; i < result->files.count; i++) {
        const CreateFile *file = &result->files.items[i];
        if (dry_run)
            buf_printf(&script, "%s-- %s\n%s", i > 0 ? "\n" : "", file->path, file->content);
        else
            report_line(context->report, "%s", file->path);
    }
    if (dry_run)
        report_block(context->report, "sql", buf_steal(&script, context->arena), "sql");
}

static void tell_nothing_to_do(const CreateResult *result)
{
    log_info("nothing to do: the migrations lead to the schema source's schema already%s, and no file was "
             "created (--empty makes one)",
             result->diff.plan.skipped.count > 0 ? " but for what is skipped" : "");
}

static bool tell(const CommandContext *context, const CreateResult *result, Error *err)
{
    Report *report = context->report;
    print_files(context, result);
    tell_files(context, result);
    report_field(report, "sum", NULL, report_text(result->sum));
    report_field(report, "empty", NULL, report_bool(result->empty));
    report_field(report, "templates", NULL, report_texts(&result->templates));
    for (size_t i = 0; i < result->templates.count; i++)
        log_info("%s: the new hash is in it", result->templates.items[i]);
    for (size_t i = 0; i < result->warnings.count; i++)
        log_warning("%s", result->warnings.items[i]);
    if (result->empty)
        log_info("%s is empty: write it, then run `dbmig hash`", result->files.items[0].path);
    if (!result->planned)
        return true;
    diff_report_plan(context, &result->diff);
    if (result->files.count == 0)
        tell_nothing_to_do(result);
    return diff_report_proof(context, &result->diff, err);
}

/* NULL in *ret: an empty file is wanted, or there is nothing to compare with. */
static bool find_source(const CommandContext *context, DiffSource **ret, Error *err)
{
    const char *text = option_string(context->options, OPT_TO_SOURCE);
    bool empty = option_flag(context->options, OPT_EMPTY);
    SchemaSource configured = {0};
    DiffSource *source = arena_alloc(context->arena, sizeof(*source));
    *ret = NULL;
    if (empty && text != NULL)
        return error_set(err, EXIT_USAGE, "--empty and --to exclude each other");
    if (empty)
        return true;
    if (text == NULL && !config_schema_source(context->config, &configured, err))
        return false;
    if (text == NULL && configured.kind == SOURCE_NONE)
        return true;
    *ret = source;
    return text != NULL ? diff_source_parse(context->arena, context->config, text, source, err)
                        : diff_source_configured(context->arena, context->config, source, err);
}

static bool run(CommandContext *context, Error *err)
{
    char now[16] = "";
    time_t seconds = time(NULL);
    struct tm parts;
    TemplateList templates;
    DiffOptions diff;
    DiffSource *source;
    CreateResult result;
    if (gmtime_r(&seconds, &parts) != NULL)
        strftime(now, sizeof(now), "%Y%m%d%H%M%S", &parts);
    diff_options_fill(context, &diff);
    if (!check_editor(context, err) || !diff_policy_fill(context, &diff.plan, err) ||
        !template_read(context->arena, context->config, &templates, err) ||
        !find_source(context, &source, err))
        return false;
    CreateOptions options = {
        .dir = option_string(context->options, OPT_DIR),
        .description = join_words(context),
        .version = option_string(context->options, OPT_NEW_VERSION),
        .editor = option_flag(context->options, OPT_EDIT) ? pick_editor() : NULL,
        .now = now,
        .templates = &templates,
        .source = source,
        .diff = &diff,
        .dry_run = option_flag(context->options, OPT_DRY_RUN),
    };
    bool done = create_run(context->arena, &options, &result, err);
    log_progress(NULL);
    return done && tell(context, &result, err);
}

static const CommandPositional positionals[] = {
    {"NAME", true, true, "what the migration does; blanks become underscores"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {
    OPT_DIR, OPT_DIR_FORMAT,     OPT_NEW_VERSION, OPT_EDIT,           OPT_EMPTY,         OPT_TO_SOURCE,
    OPT_DRY_RUN, OPT_VERIFY,      OPT_SOURCE_TIMEOUT, OPT_CROSS_VERSION, PLAN_OPTION_IDS,
    SNAPSHOT_OPTION_IDS, REPLAY_OPTION_IDS, OPT_DDL_LOCK_TIMEOUT, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"dbmig create add_invoice_table", "V<next>__add_invoice_table.sql and the new sum file"},
    {"dbmig create 'add invoice notes' --version 40.1", "with a version of its own"},
    {"# dbmig create --edit fix_totals", "opens $VISUAL or $EDITOR, then hashes"},
    {"# dbmig create add_invoice_notes --to schema.sql", "what takes the migrations to that schema"},
    {"# dbmig create add_invoice_notes --dry-run", "the same from the configured source, printed only"},
    {NULL, NULL},
};

const Command command_create = {
    .name = "create",
    .summary = "write the next migration file",
    .description =
        "Creates a migration with the next version in the folder's own habit (counters, padding, "
        "timestamps, one underscore or two), re-hashes the folder and prints the new file's path.\n\n"
        "Where the configuration has a schema source (src in the env: SQL files, a program that prints "
        "the models' DDL, a database), or with --to, the file gets the SQL that leads from the "
        "migrations to it. Both are loaded on a throwaway server, and the new file is replayed there "
        "before it is written: remaining differences are reported, and the exit code is 1. A plan that "
        "needs a commit in between takes several files. What destroys data is marked in the file and "
        "listed on stderr. When nothing differs, that is said, and no file is made. --empty makes an "
        "empty file all the same.\n\n"
        "The deployment template, where one is configured, gets the new sum file's hash.\n\n"
        "A sum file that did not fit the folder before is refused: `dbmig hash` is the command that "
        "accepts edits.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
