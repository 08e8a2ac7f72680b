/* dbmig hash: rewrites the sum file. */
#include "dbmig/base/log.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/engine/gitbase.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/sumfile.h"
#include "dbmig/project/template.h"

static void tell_warnings(const MigrationFolder *folder)
{
    for (size_t i = 0; i < folder->warnings.count; i++)
        log_warning("%s", folder->warnings.items[i]);
}

/*
 * What others have is not edited any more: a new sum would bless it. Where nobody named a revision, one
 * that cannot be compared with is no reason to refuse.
 */
static bool check_edits(const CommandContext *context, const MigrationFolder *folder, Error *err)
{
    GitBase base;
    BaseNews news;
    if (option_flag(context->options, OPT_FORCE))
        return true;
    git_base_option(context, true, &base);
    if (base.ref == NULL ||
        gitbase_compare(context->arena, folder, base.ref, "", &news, err))
        return true;
    if (err->code == EXIT_INTEGRITY) {
        const char *hint = arena_strdup(context->arena, err->hint);
        return error_hint(err, "%s To accept it nevertheless: dbmig hash --force", hint);
    }
    if (git_base_named(context))
        return false;
    log_verbose("not compared with %s: %s", base.ref, err->primary);
    error_clear(err);
    return true;
}

/* Nothing is written when one of the two cannot be. */
static bool write_all(const CommandContext *context, const MigrationFolder *folder,
                      const char *header, bool *ret_changed, TemplateEdits *ret_edits, Error *err)
{
    TemplateList templates;
    return template_read(context->arena, context->config, &templates, err) &&
           template_plan(context->arena, &templates, header, ret_edits, err) &&
           sumfile_write(context->arena, folder, ret_changed, err) &&
           template_write(ret_edits, err);
}

static void tell_templates(const CommandContext *context, const TemplateEdits *edits)
{
    StringList changed = {0};
    for (size_t i = 0; i < edits->count; i++) {
        log_info("%s: %s", edits->items[i].file,
                 edits->items[i].changed ? "the new hash is in it" : "is up to date");
        if (edits->items[i].changed)
            VEC_PUSH(context->arena, changed, edits->items[i].file);
    }
    report_field(context->report, "templates", NULL, report_texts(&changed));
}

static bool run(CommandContext *context, Error *err)
{
    Report *report = context->report;
    Arena *arena = context->arena;
    MigrationFolder folder;
    TemplateEdits edits;
    bool changed;
    if (!migration_load(arena, option_string(context->options, OPT_DIR), NULL, &folder, err))
        return false;
    format_note(&folder);
    tell_warnings(&folder);
    char *path = file_join(arena, folder.path, SUMFILE_NAME);
    char *header = sumfile_of_folder(arena, &folder);
    if (!check_edits(context, &folder, err) ||
        !write_all(context, &folder, header, &changed, &edits, err))
        return false;
    char *sum = arena_printf(arena, "h1:%s", header);
    report_line(report, "%s", sum);
    report_field(report, "sum", NULL, report_text(sum));
    report_field(report, "path", NULL, report_text(path));
    report_field(report, "changed", NULL, report_bool(changed));
    report_field(report, "files", NULL, report_int((int64_t)folder.count));
    log_info("%s %s: %zu file%s", path, changed ? "written" : "is up to date", folder.count,
             folder.count == 1 ? "" : "s");
    tell_templates(context, &edits);
    return true;
}

static const OptionId options[] = {OPT_DIR, OPT_DIR_FORMAT, OPT_GIT_BASE, OPT_FORCE, OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig hash", "after a migration was written or edited"},
    {NULL, NULL},
};

const Command command_hash = {
    .name = "hash",
    .summary = "rewrite the sum file",
    .description =
        "Writes atlas.sum, which names every migration with its content, and prints its first line. "
        "`check` and `apply` refuse a folder that does not agree with it, so this command is how an "
        "edit is accepted. The deployment template, where one is configured, gets the new hash.\n\n"
        "In a git work tree a migration that the branch to merge into has already (--git-base, else the "
        "default branch) and that was edited here is refused: databases have it as it was. --force "
        "accepts it.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
