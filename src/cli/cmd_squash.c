/* dbmig squash: the history up to a version as one B file. */
#include <inttypes.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/engine/squash.h"

static void on_step(void *context, const char *what)
{
    (void)context;
    log_progress("%s", what);
    log_verbose("%s", what);
}

static bool fill_options(const CommandContext *context, TemplateList *templates, SquashOptions *ret,
                         Error *err)
{
    const OptionSet *options = context->options;
    const char *archive = option_string(options, OPT_ARCHIVE);
    bool remove = option_flag(options, OPT_REMOVE);
    if (remove && archive != NULL)
        return error_set(err, EXIT_USAGE, "--remove and --archive exclude each other");
    *ret = (SquashOptions){
        .dir = option_string(options, OPT_DIR),
        .to_version = option_string(options, OPT_TO_VERSION),
        .description = context->positional_count > 0 ? context->positionals[0] : NULL,
        .old = remove ? SQUASH_REMOVE : archive != NULL ? SQUASH_ARCHIVE : SQUASH_KEEP,
        .archive = archive,
        .dry_run = option_flag(options, OPT_DRY_RUN),
        .templates = templates,
        .on_step = on_step,
    };
    replay_options_fill(context, &ret->replay);
    return template_read(context->arena, context->config, templates, err);
}

static void tell_fields(Report *report, const SquashOptions *options, const SquashResult *result)
{
    report_field(report, "path", NULL, report_text(result->path));
    report_field(report, "base_version", NULL, report_text(result->version));
    report_field(report, "files", NULL, report_int((int64_t)result->files));
    report_field(report, "rows", NULL, report_int((int64_t)result->rows));
    report_field(report, "written", NULL, report_bool(result->sum != NULL));
    report_field(report, "history_ms", NULL, report_duration(result->history_ms));
    report_field(report, "base_ms", NULL, report_duration(result->base_ms));
    report_field(report, "differences", NULL, report_texts(&result->differences));
    report_field(report, "old_files", NULL, report_texts(&result->old_files));
    report_field(report, "old_files_are", NULL,
                 report_text(options->old == SQUASH_KEEP     ? "kept"
                             : options->old == SQUASH_REMOVE ? "removed"
                                                             : options->archive));
    report_field(report, "notes", NULL, report_texts(&result->notes));
    report_field(report, "sum", NULL, report_text(result->sum));
    report_field(report, "templates", NULL, report_texts(&result->templates));
}

static bool tell_failed_proof(Report *report, const SquashResult *result)
{
    report_line(report, "%s would not stand for the history:", result->path);
    for (size_t i = 0; i < result->differences.count; i++)
        report_line(report, "  %s", result->differences.items[i]);
    report_line(report, "Nothing was written.");
    report_mark_findings(report);
    return true;
}

static void tell_next(const SquashOptions *options, const SquashResult *result)
{
    if (options->old == SQUASH_KEEP)
        log_info("The %zu file%s up to version %s stay: --remove or --archive DIR puts them away, once every "
                 "database that counts is at version %s or above.", result->files,
                 result->files == 1 ? "" : "s", result->version, result->version);
    else
        log_info("%zu file%s %s. A database below version %s must be brought there first, by a release that "
                 "still has them.", result->old_files.count, result->old_files.count == 1 ? " was" : "s were",
                 options->old == SQUASH_REMOVE ? "removed" : "moved", result->version);
}

static void tell(const CommandContext *context, const SquashOptions *options, const SquashResult *result)
{
    Report *report = context->report;
    tell_fields(report, options, result);
    for (size_t i = 0; i < result->notes.count; i++)
        log_warning("%s", result->notes.items[i]);
    if (result->differences.count > 0) {
        tell_failed_proof(report, result);
        return;
    }
    if (options->dry_run) {
        report_block(report, "content", result->content, "sql");
        return;
    }
    report_line(report, "%s", result->path);
    log_info("Verified: schema, %zu row%s and sequences are those of the %zu file%s up to version %s.",
             result->rows, result->rows == 1 ? "" : "s", result->files, result->files == 1 ? "" : "s",
             result->version);
    log_info("A new database takes %" PRId64 " ms to version %s, and took %" PRId64 " ms.", result->base_ms,
             result->version, result->history_ms);
    tell_next(options, result);
}

static bool run(CommandContext *context, Error *err)
{
    TemplateList templates;
    SquashOptions options;
    SquashResult result;
    if (!fill_options(context, &templates, &options, err))
        return false;
    bool done = squash_run(context->arena, &options, &result, err);
    log_progress(NULL);
    if (done)
        tell(context, &options, &result);
    return done;
}

static const CommandPositional positionals[] = {
    {"NAME", false, false, "what the B file is called (default: squashed)"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPT_DIR,     OPT_DIR_FORMAT, OPT_TO_VERSION,    OPT_REMOVE,
                                   OPT_ARCHIVE, OPT_DRY_RUN,    REPLAY_OPTION_IDS, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig squash --to 120", "one file for new databases; the old ones stay"},
    {"# dbmig squash --to 120 --archive old-migrations", "and the old ones move out of the folder"},
    {NULL, NULL},
};

const Command command_squash = {
    .name = "squash",
    .summary = "put old migrations into one file",
    .description = "Writes B<version>__NAME.sql: the schema that the migrations up to --to (or "
                   "all) lead to, the rows that "
                   "they insert, as COPY blocks, and the positions of sequences. A new database "
                   "starts with that file, and goes "
                   "on with the versions above. A database that is at that version or above it "
                   "notices nothing.\n\n"
                   "Nothing is written before it is verified: on throwaway servers the file must "
                   "give the schema, the rows and the "
                   "positions that the history gives, and the later files must then give the same "
                   "schema, and tables of as many "
                   "rows, on both. Otherwise what differs is listed, and the exit code is 1.\n\n"
                   "The old files stay unless --remove or --archive says otherwise. When they are "
                   "gone, `dbmig apply` "
                   "refuses a database below that version and says what to do.\n\n"
                   "Roles that the history creates are made by the file where they are missing; "
                   "their passwords are not in it. "
                   "The throwaway must be docker:// or embedded://.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
