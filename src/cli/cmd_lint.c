/* dbmig lint: what migrations would do to a production database. */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/format_note.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/git_base_option.h"
#include "dbmig/cli/lint_options.h"
#include "dbmig/cli/lint_report.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/engine/gitbase.h"
#include "dbmig/lint/lint.h"
#include "dbmig/project/sumfile.h"

/* ---- --explain ---- */

static void list_rules(Report *report)
{
    static const ReportColumn columns[] = {
        {"code", "code"}, {"name", "name"}, {"severity", "severity"}, {"flags", "flags"},
    };
    ReportTable *table = report_table(report, "rules", NULL, columns, ARRAY_LENGTH(columns));
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++) {
        const LintRule *rule = lint_rule(id);
        const ReportValue row[] = {report_text(rule->code), report_text(rule->name),
                                   report_text(severity_name(rule->severity)),
                                   report_text(rule->flags)};
        report_row(table, row);
    }
}

static bool explain(CommandContext *context, const char *word, Error *err)
{
    if (text_equal(word, "all")) {
        list_rules(context->report);
        return true;
    }
    LintRuleId id = lint_rule_find(word);
    if (id == LINT_RULE_COUNT) {
        error_set(err, EXIT_USAGE, "no lint rule is called \"%s\"", word);
        return error_hint(err, "`dbmig lint --explain all` lists them.");
    }
    report_block(context->report, "page", lint_explain(context->arena, id), NULL);
    return true;
}

/* ---- which files ---- */

typedef struct Selection {
    MigrationFolder folder;
    size_t *indexes;
    size_t count;
    bool together, separate;
} Selection;

static void select_all(CommandContext *context, Selection *selection)
{
    selection->indexes = arena_calloc(context->arena, selection->folder.run_count + 1,
                                      sizeof(*selection->indexes));
    selection->count = 0;
    for (size_t i = 0; i < selection->folder.run_count; i++)
        selection->indexes[selection->count++] = i;
}

static bool select_new(CommandContext *context, Selection *selection, const char *base, Error *err)
{
    BaseNews news;
    if (!gitbase_compare(context->arena, &selection->folder, base, "", &news, err))
        return false;
    select_all(context, selection);
    selection->count = 0;
    for (size_t i = 0; i < selection->folder.run_count; i++)
        if (gitbase_is_news(&news, selection->folder.run[i]))
            selection->indexes[selection->count++] = i;
    selection->together = true;
    report_field(context->report, "git_base", NULL, report_text(base));
    return true;
}

static bool select_folder(CommandContext *context, Selection *selection, Error *err)
{
    const OptionSet *options = context->options;
    bool chosen = option_flag(options, OPT_ALL) || option_is_set(options, OPT_LATEST);
    GitBase base = {0};
    if (!migration_load(context->arena, option_string(options, OPT_DIR), NULL, &selection->folder,
                        err))
        return false;
    format_note(&selection->folder);
    if (!chosen || git_base_named(context))
        git_base_option(context, false, &base);
    if (base.ref != NULL)
        return select_new(context, selection, base.ref, err);
    select_all(context, selection);
    if (!option_flag(options, OPT_ALL) && option_is_set(options, OPT_LATEST))
        selection->count = migration_newest(
            &selection->folder, (size_t)option_number(options, OPT_LATEST), selection->indexes);
    return true;
}

static bool select_files(CommandContext *context, Selection *selection, Error *err)
{
    *selection = (Selection){0};
    if (context->positional_count == 0)
        return select_folder(context, selection, err);
    if (!lint_load_paths(context->arena, context->positionals, context->positional_count,
                         &selection->folder, err))
        return false;
    selection->separate = true;
    select_all(context, selection);
    return true;
}

/* ---- what was found ---- */

/* What each file closes, and for which work: the one line to read of it. */
static void tell_verdicts(CommandContext *context, const LintResult *result)
{
    StringList *verdicts = arena_calloc(context->arena, 1, sizeof(*verdicts));
    *verdicts = lint_verdicts(context->arena, result);
    report_field(context->report, "verdicts", NULL, report_texts(verdicts));
    for (size_t i = 0; i < verdicts->count; i++)
        report_line(context->report, "%s", verdicts->items[i]);
}

/* Where every error is one of size, sizes are what is missing. */
static void tell_size(CommandContext *context, const LintResult *result)
{
    size_t errors = 0;
    if (option_is_set(context->options, OPT_STATS_FROM) || option_is_set(context->options, OPT_STATS_FILE))
        return;
    for (size_t i = 0; i < result->findings.count; i++) {
        const Finding *finding = &result->findings.items[i];
        if (finding->severity != SEVERITY_ERROR)
            continue;
        if (lint_rule_is(lint_rule_find(finding->code), LINT_TRAIT_ANY_SIZE))
            return;
        errors++;
    }
    if (errors > 0)
        log_info("note: all errors are about the size of tables: with --stats-from URL (or "
                 "--stats-file) those of "
                 "small tables are warnings");
}

/* done: false when an error, which is told by itself, kept something from being judged. */
static void tell(CommandContext *context, const LintResult *result, bool done)
{
    Report *report = context->report;
    report_field(report, "files", NULL, report_int((int64_t)result->files));
    report_field(report, "statements", NULL, report_int((int64_t)result->statements));
    report_field(report, "skipped_by_tree_rules", NULL, report_int((int64_t)result->skipped));
    report_field(report, "silenced", NULL, report_int((int64_t)result->silenced));
    report_field(report, "known", NULL, report_int((int64_t)result->known));
    report_field(report, "server", NULL, report_text(result->server));
    report_field(report, "notes", NULL, report_texts(&result->notes));
    if (option_flag(context->options, OPT_LOCKS) || lint_report_draws(context))
        lint_report_locks(context, result);
    lint_report_change(context, result);
    for (size_t i = 0; i < result->findings.count; i++)
        report_finding(report, &result->findings.items[i]);
    for (size_t i = 0; i < result->notes.count; i++)
        log_info("note: %s", result->notes.items[i]);
    tell_verdicts(context, result);
    tell_size(context, result);
    if (done && result->findings.count == 0)
        report_line(report, "%zu file%s judged, no findings", result->files,
                    result->files == 1 ? "" : "s");
}

/* ---- statistics ---- */

static bool load_stats(CommandContext *context, LintStats *stats, bool *ret_loaded, Error *err)
{
    const char *url = option_string(context->options, OPT_STATS_FROM);
    const char *path = option_string(context->options, OPT_STATS_FILE);
    *ret_loaded = url != NULL || path != NULL;
    if (url != NULL)
        return lint_stats_query(context->arena, url, stats, err);
    return path == NULL || lint_stats_read(context->arena, path, stats, err);
}

static bool dump_stats(CommandContext *context, const LintStats *stats, bool loaded, Error *err)
{
    static const ReportColumn columns[] = {{"table", "table"}, {"rows", "rows"}, {"bytes", "size"}};
    if (!loaded)
        return error_set(err, EXIT_USAGE, "--dump-stats needs --stats-from URL");
    ReportTable *table = report_table(context->report, "tables", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < stats->tables.count; i++) {
        const LintTableStats *row = &stats->tables.items[i];
        const ReportValue values[] = {report_text(row->table), report_int(row->rows),
                                      report_bytes(row->bytes)};
        report_row(table, values);
    }
    return true;
}

/* ---- fixes ---- */

/* True when the sum file fits the folder, so that it can be made to fit again. */
static bool has_right_sum(CommandContext *context, const MigrationFolder *folder)
{
    Bytes sum;
    Error ignored = {0};
    bool right = folder->path[0] != '\0' &&
                 file_read(context->arena, file_join(context->arena, folder->path, "atlas.sum"),
                           &sum, &ignored) &&
                 sumfile_verify(context->arena, folder, &sum, &ignored);
    error_clear(&ignored);
    return right;
}

static bool hash_again(CommandContext *context, const MigrationFolder *folder, Error *err)
{
    MigrationFolder now;
    bool changed;
    if (!migration_load(context->arena, folder->path, NULL, &now, err) ||
        !sumfile_write(context->arena, &now, &changed, err))
        return false;
    log_info("atlas.sum was rewritten; read the change before you commit it");
    return true;
}

static bool write_edits(CommandContext *context, const MigrationFolder *folder, const LintEdits *edits,
                        Error *err)
{
    bool hashed = has_right_sum(context, folder);
    for (size_t i = 0; i < edits->count; i++) {
        const LintEdit *edit = &edits->items[i];
        if (!file_write_atomic(edit->path, edit->after, strlen(edit->after), 0644, err))
            return false;
        log_info("%s %s", edit->before == NULL ? "created" : "rewritten:", edit->path);
    }
    if (hashed)
        return hash_again(context, folder, err);
    if (folder->path[0] != '\0')
        log_info("run `dbmig hash` once you have read the change");
    return true;
}

static bool fix(CommandContext *context, const Selection *selection, const LintOptions *options,
                const LintResult *result, Error *err)
{
    LintEdits edits = {0};
    FindingList left = {0};
    if (!lint_fix(context->arena, &selection->folder, options, result, &edits, &left, err))
        return false;
    for (size_t i = 0; i < left.count; i++)
        report_finding(context->report, &left.items[i]);
    report_block(context->report, "diff", lint_diff(context->arena, &edits), "diff");
    if (edits.count == 0) {
        report_line(context->report, "nothing that can be rewritten mechanically");
        return true;
    }
    if (options->is_static)
        log_info("the rewrites were not tried: --static has no server");
    if (!lint_fix_try(context->arena, &selection->folder, options, &edits, err))
        return false;
    if (!option_flag(context->options, OPT_YES)) {
        report_line(context->report, "nothing was written: --yes does that");
        return true;
    }
    return write_edits(context, &selection->folder, &edits, err);
}

/* ---- the command ---- */

static bool judge(CommandContext *context, LintOptions *options, Error *err)
{
    Selection selection;
    LintResult result;
    if (!select_files(context, &selection, err))
        return false;
    options->run_indexes = selection.indexes;
    options->run_count = selection.count;
    options->together = selection.together;
    options->separate = selection.separate;
    options->diagram = lint_report_draws(context) && !selection.separate;
    bool done = lint_run(context->arena, &selection.folder, options, &result, err);
    log_progress(NULL);
    if (done && option_flag(context->options, OPT_FIX))
        return fix(context, &selection, options, &result, err);
    tell(context, &result, done);
    return done;
}

static bool run(CommandContext *context, Error *err)
{
    const OptionSet *set = context->options;
    LintOptions options;
    LintStats stats = {0};
    bool loaded = false;
    if (option_string(set, OPT_EXPLAIN) != NULL)
        return explain(context, option_string(set, OPT_EXPLAIN), err);
    if (!lint_options_fill(context, &options, err) || !load_stats(context, &stats, &loaded, err))
        return false;
    if (option_flag(set, OPT_DUMP_STATS))
        return dump_stats(context, &stats, loaded, err);
    options.is_static = option_flag(set, OPT_STATIC);
    options.stats = loaded ? &stats : NULL;
    return judge(context, &options, err);
}

static const CommandPositional positionals[] = {
    {"FILE", false, true, "SQL files to judge instead of the folder, each by itself; - is standard input"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {
    OPT_DIR, OPT_DIR_FORMAT,      OPT_ALL,        OPT_LATEST,     OPT_GIT_BASE, OPT_STATIC,
    OPT_LOCKS,    OPT_EXPLAIN,    OPT_RULE,       OPT_FIX,      OPT_YES,
    OPT_STATS_FROM, OPT_STATS_FILE, OPT_DUMP_STATS, OPT_DDL_LOCK_TIMEOUT, OPT_STATEMENT_TIMEOUT,
    REPLAY_OPTION_IDS, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"dbmig lint --static", "judge the folder by its text, without a server"},
    {"# dbmig lint --git-base origin/main", "in a pull request: the new files, by replay"},
    {"# dbmig lint --latest 1 --locks", "with the locks that each statement takes"},
    {"dbmig lint --explain DM011", "what a rule is about"},
    {NULL, NULL},
};

const Command command_lint = {
    .name = "lint",
    .summary = "tell what migrations would do to a production database",
    .description = "Runs the files on a throwaway server, reads which locks each statement took, "
                   "what it rewrote, "
                   "scanned, built and dropped, and judges that together with the text. What a "
                   "file creates itself is "
                   "new, and is not flagged. With --static there is no server, and the text alone "
                   "is judged.\n\n"
                   "Which files: --git-base takes those that a revision does not have (in a pull "
                   "request of a known CI "
                   "service its base is the default), --latest the newest versions, --all (else "
                   "the default) all of "
                   "them, each as if deployed after the earlier ones. Files given by name are each "
                   "judged on an empty "
                   "database; where a statement fails there, the rest of its file is judged by its "
                   "text, and so is one "
                   "whose IF EXISTS finds nothing there. What the server cannot parse ends with "
                   "exit code 4; with --static it is "
                   "a finding.\n\n"
                   "A comment `-- dbmig:nolint CODE reason` before a statement, or behind it on "
                   "its last line, "
                   "silences a rule for it; inside a statement, for the part behind it, or before "
                   "it where it ends the "
                   "part's line; at the head of a file, with an empty line behind it, for the "
                   "file. atlas:nolint, "
                   "squawk-ignore, eugene: ignore and pgfence-ignore are understood, also as /* … "
                   "*/. What --fix "
                   "rewrites is replayed before it is written, and what it leaves is listed; a sum "
                   "file that was right is "
                   "written anew. More than three findings are shown in brief: the worst of each "
                   "statement with the first line "
                   "of its fix, and the codes of the others; --verbose shows all. A fix is SQL to "
                   "be copied, with comments "
                   "around it. Severities, production's time zone, "
                   "whether an ignore needs a reason, and a baseline for an old project are set in "
                   "lint {} of atlas.hcl "
                   "(see atlas.hcl(5)), severities also by --rule. "
                   "The exit code is 1 when there is an error finding.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
