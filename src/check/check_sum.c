/*
 * The step "sum file". Two mismatches have a cause that `dbmig hash` is not the answer to: what is
 * staged is only half of what is on the disk, and a file that nobody else has yet was saved once
 * more.
 */
#include <string.h>

#include "check_private.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/project/git.h"
#include "dbmig/project/sumfile.h"

/* ---- what is staged ---- */

typedef struct Unstaged {
    StringList paths;  /* as `git add` takes them */
    const char *first; /* what is wrong with the first of them */
} Unstaged;

static void add_unstaged(CheckRun *run, Unstaged *list, const char *path, const char *what)
{
    if (list->first == NULL)
        list->first = arena_printf(run->arena, "%s %s", file_name_of(path), what);
    VEC_PUSH(run->arena, list->paths, path);
}

static const Migration *same_name(const MigrationFolder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (strcmp(folder->items[i].name, name) == 0)
            return &folder->items[i];
    return NULL;
}

static void compare_files(CheckRun *run, const MigrationFolder *disk, Unstaged *list)
{
    const MigrationFolder *index = &run->result->folder;
    for (size_t i = 0; i < disk->count; i++) {
        const Migration *item = &disk->items[i], *staged = same_name(index, item->name);
        if (staged == NULL)
            add_unstaged(run, list, item->path, "is not staged");
        else if (memcmp(staged->sha256, item->sha256, SHA256_SIZE) != 0)
            add_unstaged(run, list, item->path, "was changed after it was staged");
    }
    for (size_t i = 0; i < index->count; i++)
        if (same_name(disk, index->items[i].name) == NULL)
            add_unstaged(run, list, index->items[i].path, "is staged, and gone from the disk");
}

static void compare_sums(CheckRun *run, Unstaged *list)
{
    const MigrationFolder *index = &run->result->folder;
    char *path = file_join(run->arena, index->path, SUMFILE_NAME);
    Bytes staged = {"", 0}, disk;
    Error none = {0};
    bool read = file_read(run->arena, path, &disk, &none);
    index->source->read(index->source->context, run->arena, SUMFILE_NAME, &staged, &none);
    error_clear(&none);
    if (read && (staged.len != disk.len || memcmp(staged.data, disk.data, disk.len) != 0))
        add_unstaged(run, list, path, "is not staged as it is on the disk");
}

static bool disk_is_right(CheckRun *run, MigrationFolder *ret)
{
    Error none = {0};
    bool right = migration_load(run->arena, run->options->dir, NULL, ret, &none) &&
                 sumfile_verify(run->arena, ret, NULL, &none);
    error_clear(&none);
    return right;
}

/* A hook may have put away what is on the disk, and the sum file with it. */
static bool advise_hash(CheckRun *run, Error *err)
{
    char *path = file_join(run->arena, run->result->folder.path, SUMFILE_NAME);
    if (err->hint != NULL && strstr(err->hint, "dbmig hash") != NULL)
        error_hint(err, "%s Then stage it: git add %s", arena_strdup(run->arena, err->hint),
                   text_shell_word(run->arena, path));
    return false;
}

/* Where the disk is right, what is missing is a `git add`. */
static bool advise_add(CheckRun *run, Error *err)
{
    MigrationFolder disk;
    Unstaged list = {0};
    if (!disk_is_right(run, &disk))
        return advise_hash(run, err);
    compare_files(run, &disk, &list);
    compare_sums(run, &list);
    if (list.first == NULL)
        return false;
    const char *words = "";
    for (size_t i = 0; i < list.paths.count; i++)
        words = arena_printf(run->arena, "%s %s", words, text_shell_word(run->arena, list.paths.items[i]));
    error_clear(err);
    error_set(err, EXIT_INTEGRITY, "%s", list.first);
    error_detail(
        err,
        "On the disk the migrations and the sum file fit each other; what would be committed is "
        "only a part of that.");
    error_hint(err, "Run: git add%s", words);
    return error_at(err, list.paths.items[0], 0, 0);
}

/* ---- files that are not merged ---- */

/* A sum file that is there, and that no merge has left half done. */
static bool has_whole_sum(CheckRun *run)
{
    char *path = file_join(run->arena, run->result->folder.path, SUMFILE_NAME);
    Bytes text;
    Error none = {0};
    bool read = file_kind(path) == FILE_REGULAR && file_read(run->arena, path, &text, &none);
    error_clear(&none);
    return read && strstr(text.data, "<<<<<<<") == NULL && strstr(text.data, ">>>>>>>") == NULL;
}

/* What is committed must fit its sum file: then the mismatch is younger than that. */
static bool committed_is_right(CheckRun *run, const GitRepo *repo, Error *err)
{
    MigrationFolder *folder = arena_calloc(run->arena, 1, sizeof(*folder));
    FolderSource *source = arena_alloc(run->arena, sizeof(*source));
    return git_source(run->arena, repo, "HEAD", source, err) &&
           migration_load(run->arena, run->options->dir, source, folder, err) &&
           sumfile_verify(run->arena, folder, NULL, err);
}

/* True when every file that others have is as they have it. */
static bool only_own_files_changed(CheckRun *run, const char **ret_base)
{
    const CheckOptions *options = run->options;
    const char *base = options->git_base != NULL ? options->git_base : options->new_since;
    BaseNews news;
    GitRepo repo;
    Error none = {0};
    *ret_base = base;
    bool own = base != NULL && has_whole_sum(run) &&
               git_find(run->arena, run->result->folder.path, &repo, &none) &&
               (!git_has_commit(run->arena, &repo) ||
                (gitbase_compare(run->arena, &run->result->folder, base, "", &news, &none) &&
                 committed_is_right(run, &repo, &none)));
    error_clear(&none);
    return own;
}

static bool write_sum(CheckRun *run, Error *err)
{
    static const TemplateList no_templates = {0};
    const CheckOptions *options = run->options;
    const MigrationFolder *folder = &run->result->folder;
    TemplateEdits edits;
    bool changed;
    return template_plan(run->arena, options->templates != NULL ? options->templates : &no_templates,
                         sumfile_of_folder(run->arena, folder), &edits, err) &&
           sumfile_write(run->arena, folder, &changed, err) && template_write(&edits, err);
}

static bool update_sum(CheckRun *run, Error *err)
{
    const char *base, *path = file_join(run->arena, run->result->folder.path, SUMFILE_NAME);
    if (!only_own_files_changed(run, &base))
        return false;
    const char *why = err->primary == NULL ? "" : err->primary;
    check_note(run, arena_printf(run->arena, "%s: it is not on %s yet, so %s was updated", why, base, path));
    error_clear(err);
    return write_sum(run, err);
}

/* ---- the step ---- */

bool check_sum_file(CheckRun *run, Error *err)
{
    CheckResult *result = run->result;
    if (!sumfile_verify(run->arena, &result->folder, NULL, err)) {
        if (err->code != EXIT_INTEGRITY)
            return false;
        if (run->options->staged)
            return advise_add(run, err);
        if (!update_sum(run, err))
            return false;
    }
    result->sum = arena_printf(run->arena, "h1:%s",
                               sumfile_of_folder(run->arena, &result->folder));
    const MigrationFolder *folder = &result->folder;
    const char *path = file_join(run->arena, folder->path, SUMFILE_NAME);
    if (format_foreign(folder->format) && folder->source == NULL && file_kind(path) == FILE_MISSING)
        run->outcome = arena_printf(run->arena, "none: %s has no such file",
                                    format_name(folder->format));
    else
        run->outcome = arena_printf(run->arena, "ok, %zu file%s", folder->sum_count,
                                    folder->sum_count == 1 ? "" : "s");
    return true;
}

bool check_template(CheckRun *run, Error *err)
{
    const CheckOptions *options = run->options;
    const TemplateList *templates = options->templates;
    const char *header;
    Error none = {0};
    if (templates == NULL || templates->count == 0)
        return true;
    header = run->result->sum + strlen("h1:");
    if (!template_verify(run->arena, templates, header, options->staged, err)) {
        if (options->staged && err->file != NULL &&
            template_verify(run->arena, templates, header, false, &none))
            error_hint(err, "It is right on the disk. Run: git add %s",
                       text_shell_word(run->arena, arena_strdup(run->arena, err->file)));
        error_clear(&none);
        return false;
    }
    run->outcome = templates->count == 1
                       ? arena_printf(run->arena, "%s has it", templates->items[0].file)
                       : arena_printf(run->arena, "%zu places have it", templates->count);
    return true;
}
