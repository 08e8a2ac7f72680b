/* dbmig import: moves a project over from another migration tool. */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/amend_report.h"
#include "dbmig/cli/apply_options.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/engine/import.h"

typedef struct ImportRun {
    CommandContext *context;
    const char *target;
    bool has_source, dry, history_only;
    FolderFormat format;
    MigrationFolder source;
    ImportFiles files;
} ImportRun;

static bool load_source(ImportRun *run, Error *err)
{
    CommandContext *context = run->context;
    const char *from = option_string(context->options, OPT_IMPORT_FROM), *dir;
    FolderFormat asked = FOLDER_FORMAT_AUTO;

    if (from != NULL && !format_find(from, &run->format, err))
        return false;
    if (!run->has_source)
        return true;
    dir = context->positionals[0];
    if (!migration_folder_format(dir, &asked, err))
        return false;
    if (asked == FOLDER_FORMAT_AUTO)
        asked = run->format;
    if (!migration_load_as(context->arena, dir, NULL, asked, &run->source, err))
        return false;
    run->format = run->source.format;
    format_note(&run->source);
    for (size_t i = 0; i < run->source.warnings.count; i++)
        log_warning("%s", run->source.warnings.items[i]);
    if (format_foreign(run->format))
        return true;
    error_set(err, EXIT_USAGE, "%s is no folder of another tool's that is known", run->source.path);
    return error_hint(
        err, "Folders of Flyway and Atlas are read as they are. For another tool's: --from TOOL.");
}

static void tell_files(const ImportRun *run)
{
    Report *report = run->context->report;
    StringList names = {0};

    for (size_t i = 0; i < run->files.warnings.count; i++)
        log_warning("%s", run->files.warnings.items[i]);
    for (size_t i = 0; i < run->files.list.count; i++) {
        const ImportFile *file = &run->files.list.items[i];

        VEC_PUSH(run->context->arena, names, file->name);
        if (!file->there)
            report_line(report, "%s/%s  (%s)", run->target, file->name, file->source->name);
    }
    report_field(report, "files", NULL, report_texts(&names));
    report_field(report, "written", NULL, report_int(run->dry ? 0 : (int64_t)run->files.missing));
    report_line(report, run->dry ? "%zu of %zu files would be written." : "%zu of %zu files written.",
                run->files.missing, run->files.list.count);
}

static bool import_files(ImportRun *run, Error *err)
{
    Arena *arena = run->context->arena;

    if (!import_files_plan(arena, &run->source, run->target, &run->files, err))
        return false;
    if (run->history_only && run->files.missing > 0) {
        error_set(err, EXIT_USAGE, "--history-only, and %s has no %s", run->target,
                  run->files.list.items[0].name);
        return error_hint(err, "Import the files first: dbmig import FOLDER --dir DIR.");
    }
    if (!run->dry && run->files.missing > 0 &&
        !import_files_write(arena, &run->files, run->target, err))
        return false;
    tell_files(run);
    return true;
}

static bool write_history(ImportRun *run, Session *session, const ApplyOptions *options, Error *err)
{
    CommandContext *context = run->context;
    ImportWish wish = {.format = run->format, .session = session};
    AmendPlan plan;

    if (run->has_source) {
        wish.source = &run->source;
        wish.files = &run->files;
    }
    if (!amend_plan(context->arena, session, options, import_history_plan, &wish, &plan, err))
        return false;
    amend_report(context->report, session, &plan);
    if (!run->dry &&
        !amend_run(context->arena, session, options, import_history_plan, &wish, &plan, err))
        return false;
    report_field(context->report, "recorded", NULL, report_int(run->dry ? 0 : (int64_t)plan.list.count));
    if (plan.list.count == 0)
        report_line(context->report, "The history has all of it already.");
    else
        report_line(context->report, run->dry ? "%zu migrations would be recorded as applied."
                                              : "%zu migrations are recorded as applied.",
                    plan.list.count);
    return true;
}

/* The target folder as it will be, where a dry run has not written it. */
static bool list_planned(void *context, Arena *arena, StringList *ret, Error *err)
{
    const ImportFiles *files = context;

    (void)err;
    for (size_t i = 0; i < files->list.count; i++)
        VEC_PUSH(arena, *ret, files->list.items[i].name);
    return true;
}

static bool read_planned(void *context, Arena *arena, const char *name, Bytes *ret, Error *err)
{
    const ImportFiles *files = context;

    (void)arena;
    for (size_t i = 0; i < files->list.count; i++)
        if (strcmp(files->list.items[i].name, name) == 0) {
            *ret = (Bytes){files->list.items[i].content, files->list.items[i].len};
            return true;
        }
    return error_set(err, EXIT_BUG, "%s is not one of the files that import writes", name);
}

static bool import_history(ImportRun *run, Error *err)
{
    CommandContext *context = run->context;
    FolderSource planned = {list_planned, read_planned, &run->files};
    ApplyOptions options;
    MigrationFolder folder;
    Session *session = NULL;
    bool done;

    if (!apply_options_fill(context, &options, err))
        return false;
    options.command = "import";
    if (run->has_source ? !migration_load_as(context->arena, run->target, &planned,
                                             FOLDER_FORMAT_FLYWAY, &folder, err)
                        : !migration_load(context->arena, options.dir, NULL, &folder, err))
        return false;
    if (!run->has_source && run->format == FOLDER_FORMAT_AUTO)
        run->format = folder.format;
    if (!import_knows_history(run->format)) {
        error_set(err, EXIT_USAGE, "which tool applied the migrations?");
        return error_hint(err, "Say so: --from goose.");
    }
    options.folder = &folder;
    if (!apply_options_connect(context, &options, run->dry, &session, err))
        return false;
    done = write_history(run, session, &options, err);
    session_close(session);
    return done;
}

static bool run(CommandContext *context, Error *err)
{
    ImportRun self = {.context = context,
                      .has_source = context->positional_count > 0,
                      .dry = option_flag(context->options, OPT_DRY_RUN),
                      .history_only = option_flag(context->options, OPT_HISTORY_ONLY)};

    self.target = migration_folder_path(context->arena, option_string(context->options, OPT_DIR));
    if (!self.has_source && !self.history_only) {
        error_set(err, EXIT_USAGE, "import needs the folder of the other tool");
        return error_hint(err, "dbmig import db/migrations --dir migrations. To take over the history "
                               "alone, for a folder that stays where it is: --history-only.");
    }
    if (!load_source(&self, err) || (self.has_source && !import_files(&self, err)))
        return false;
    /* An address of the environment or of the configuration was not given for this. */
    if (option_source(context->options, OPT_URL)[0] == '-' || self.history_only)
        return import_history(&self, err);
    log_info("next: `dbmig check --dir %s`, then the history of a database: `dbmig import %s --dir %s "
             "--history-only -u URL`", self.target, context->positionals[0], self.target);
    return true;
}

static const CommandPositional positionals[] = {
    {"FOLDER", false, false, "the migrations folder of the other tool"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {
    OPT_IMPORT_FROM, OPT_DIR, OPT_DIR_FORMAT, OPT_URL, OPT_HISTORY_ONLY, OPT_DRY_RUN, HISTORY_OPTION_IDS,
    HISTORY_LOCK_OPTION_IDS, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig import db/migrations --dir migrations", "files alone; the format is found out"},
    {"# dbmig import --from goose db/migrations --dir migrations -u \"$DATABASE_URL\"",
     "and what is applied there"},
    {"# dbmig import --history-only --dir db/migrations -u \"$DATABASE_URL\"",
     "the files stay the other tool's; apply runs them from now on"},
    {NULL, NULL},
};

const Command command_import = {
    .name = "import",
    .summary = "move over from another migration tool",
    .description =
        "Writes the other tool's migrations as V files to a folder of their own (--dir), with U "
        "files from "
        "their down parts, and a sum file. Statements stay byte for byte; the tool's marks go; "
        "what it runs "
        "without a transaction gets `-- dbmig:txmode none`. The other folder is not changed, and a "
        "target "
        "with other files in it is refused. Run twice, it changes nothing.\n\n"
        "With --url, what the tool's history table says is applied becomes rows of the history, in "
        "one "
        "transaction, with the times and users that the tool has; its table stays as it is. What "
        "it left dirty, "
        "failed or unfinished is refused. `dbmig status` then shows what is applied, and `dbmig "
        "apply` runs "
        "only the rest. --history-only does this alone, also for a folder that is read in place.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
