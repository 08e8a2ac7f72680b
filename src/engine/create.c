/* Writes new migration files. Their names come from project/migration.h, the sum from sumfile.h, the
   content from create_plan.c when there is a schema source. */
#include "create_private.h"

#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/project/blank.h"
#include "dbmig/project/formats.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/sumfile.h"
#include "dbmig/text/sqlscan.h"

/* ---- before anything is written ---- */

static bool list_nothing(void *context, Arena *arena, StringList *ret, Error *err)
{
    (void)context, (void)arena, (void)ret, (void)err;
    return true;
}

/* A missing folder is an empty one, until there is something to write. */
static bool load_folder(Create *create, Error *err)
{
    static const FolderSource nothing = {.list = list_nothing};
    char *path = migration_folder_path(create->arena, create->options->dir);
    const FolderSource *source = file_kind(path) == FILE_MISSING ? &nothing : NULL;
    return migration_load(create->arena, create->options->dir, source, &create->folder, err);
}

/* A new sum over files that were edited unnoticed would bless the edits. */
static bool verify_sum(Create *create, Error *err)
{
    char *path = file_join(create->arena, create->folder.path, SUMFILE_NAME);
    if (create->folder.sum_count == 0 && file_kind(path) == FILE_MISSING)
        return true;
    return sumfile_verify(create->arena, &create->folder, NULL, err) ||
           error_prefix(err, "no file was created");
}

static bool check_version(Create *create, Error *err)
{
    const char *version = create->options->version;
    if (version == NULL || (version_valid(version) && strlen(version) <= VERSION_MAX_LENGTH))
        return true;
    error_set(err, EXIT_USAGE, "\"%s\" cannot be a version",
              text_printable(create->arena, version));
    return error_hint(err, "A version is digits, with dots or underscores between them, of at most %d "
                           "characters: 7, 2.1, 20260131120000.", VERSION_MAX_LENGTH);
}

static bool check_free(Create *create, Error *err)
{
    const char *version = create->options->version;
    if (version == NULL)
        return true;
    const Migration *taken = migration_find(&create->folder, version);
    if (taken == NULL)
        return true;
    error_set(err, EXIT_USAGE, "version %s is taken", version);
    return error_at(err, taken->path, 0, 0);
}

/* The newest version there is, or NULL. */
static const char *newest_version(const MigrationFolder *folder)
{
    const char *newest = NULL;
    for (size_t i = 0; i < folder->run_count; i++) {
        const char *version = folder->run[i]->version;
        if (version != NULL && (newest == NULL || version_compare(version, newest) > 0))
            newest = version;
    }
    return newest;
}

/* ---- the file ---- */

static void warn_of_order(Create *create, const char *version)
{
    const char *newest = newest_version(&create->folder);
    if (newest != NULL && version != NULL && version_compare(version, newest) < 0)
        VEC_PUSH(create->arena, create->result->warnings,
                 arena_printf(create->arena, "version %s is below the newest, %s: databases that "
                                             "have that one need --out-of-order=%s", version,
                              newest, version));
}

/* The folder as it will be with the file, as far as the next name depends on it. */
static void count_in(Create *create, MigrationFolder *folder, const MigrationName *parts)
{
    Migration *items = arena_calloc(create->arena, folder->count + 1, sizeof(*items));
    if (folder->count > 0)
        memcpy(items, folder->items, folder->count * sizeof(*items));
    Migration *added = &items[folder->count++];
    added->kind = parts->kind;
    added->version = parts->version;
    added->raw_version = parts->raw_version;
    added->single_underscore = parts->single_underscore;
    folder->items = items;
}

/* "add notes", "add notes validate", "add notes 3" */
static const char *describe(Create *create, const CreatePart *part, size_t number)
{
    const char *description = create->options->description;
    if (number == 0)
        return description;
    return part->purpose[0] != '\0'
               ? arena_printf(create->arena, "%s %s", description, part->purpose)
               : arena_printf(create->arena, "%s %zu", description, number + 1);
}

/* "5.1", "5.2" behind a version that others follow, so that these run after all parts. */
static bool part_version(Create *create, size_t number, const char **ret, Error *err)
{
    const char *first = create->options->version, *newest = newest_version(&create->folder);
    *ret = number == 0 ? first : NULL;
    if (number == 0 || first == NULL || newest == NULL || version_compare(newest, first) < 0)
        return true;
    *ret = arena_printf(create->arena, "%s.%zu", first, number);
    for (size_t i = 0; i < create->folder.run_count; i++) {
        const Migration *migration = create->folder.run[i];
        if (migration->version == NULL || version_compare(migration->version, first) <= 0 ||
            version_compare(migration->version, *ret) > 0)
            continue;
        error_set(err, EXIT_USAGE,
                  "no file was created: the plan needs versions %s to %s at least, and %s is taken", first,
                  *ret, migration->version);
        return error_hint(err, "Choose a --version with room after it, or leave it out.");
    }
    return true;
}

/* In another tool's folder: its naming, and the content between its marks. */
static bool name_foreign(Create *create, MigrationFolder *folder, const char *version,
                         const char *description, CreateFile *ret, Error *err)
{
    FormatNew file;
    char *slug;
    if (!version_slug(create->arena, description, &slug, err) ||
        !format_new_file(create->arena, folder, version, slug, ret->content, create->options->now,
                         &file, err))
        return false;
    *ret = (CreateFile){.path = file_join(create->arena, folder->path, file.name),
                        .name = file.name, .version = file.version, .content = file.content};
    count_in(create, folder, &(MigrationName){.kind = MIGRATION_PLAIN, .version = file.version,
                                              .raw_version = file.version});
    return true;
}

static bool name_file(Create *create, MigrationFolder *folder, const char *version,
                      const char *description, CreateFile *ret, Error *err)
{
    MigrationName parts;
    const char *reason;
    char *name;
    if (format_foreign(folder->format))
        return name_foreign(create, folder, version, description, ret, err);
    if (!migration_new_name(create->arena, folder, version, description, create->options->now, &name,
                            err))
        return false;
    if (version_parse_name(create->arena, name, folder->plain, &parts, &reason) != NAME_MIGRATION)
        return error_set(err, EXIT_USAGE, "%s would not be a migration: %s", name, reason);
    ret->path = file_join(create->arena, folder->path, name);
    ret->name = name;
    ret->version = parts.version;
    count_in(create, folder, &parts);
    return true;
}

bool create_name_files(Create *create, const CreatePartList *parts, Error *err)
{
    MigrationFolder folder = create->folder;
    for (size_t i = 0; i < parts->count; i++) {
        CreateFile file = {.content = parts->items[i].content};
        const char *version, *description = describe(create, &parts->items[i], i);
        if (!part_version(create, i, &version, err) ||
            !name_file(create, &folder, version, description, &file, err))
            return false;
        VEC_PUSH(create->arena, create->result->files, file);
        warn_of_order(create, file.version);
    }
    return true;
}

static const char *first_path(const Create *create)
{
    return create->result->files.items[0].path;
}

static bool edit_file(Create *create, Error *err)
{
    StringList words = {0};
    ProcessResult result;
    if (create->options->editor == NULL)
        return true;
    text_split(create->arena, create->options->editor, ' ', &words);
    if (words.count == 0)
        return error_set(err, EXIT_USAGE, "the editor's name is empty");
    for (size_t i = 0; i < create->result->files.count; i++)
        VEC_PUSH(create->arena, words, create->result->files.items[i].path);
    VEC_PUSH(create->arena, words, NULL);
    ProcessSpec spec = {.argv = words.items, .inherit_stdio = true};
    if (!process_run(create->arena, &spec, &result, err)) {
        if (err->code == EXIT_USAGE)
            error_hint(err, "Set VISUAL or EDITOR to an editor.");
        return false;
    }
    if (result.exit_code != 0)
        return error_set(err, EXIT_USAGE, "the editor %s ended with exit code %d", words.items[0],
                         result.exit_code);
    return true;
}

/* True while every file is as it was created: nothing of the user's is in it. */
static bool is_untouched(const Create *create)
{
    for (size_t i = 0; i < create->result->files.count; i++) {
        const CreateFile *file = &create->result->files.items[i];
        Error ignored = {0};
        Bytes content;
        bool same = file_read(create->arena, file->path, &content, &ignored) &&
                    content.len == strlen(file->content) &&
                    memcmp(content.data, file->content, content.len) == 0;
        error_clear(&ignored);
        if (!same)
            return false;
    }
    return true;
}

/* Text that cannot be split is not empty; check will say what is wrong with it. */
static bool has_no_statement(Arena *arena, const char *path)
{
    Error ignored = {0};
    Bytes content;
    SqlItem item = {.kind = SQL_ITEM_STATEMENT};
    if (file_read(arena, path, &content, &ignored)) {
        SqlScanner *scanner = sqlscan_begin_text(arena, path, content.data, content.len);
        if (!sqlscan_next(scanner, &item, &ignored))
            item.kind = SQL_ITEM_STATEMENT;
        sqlscan_end(scanner);
    }
    error_clear(&ignored);
    return item.kind == SQL_ITEM_END;
}

/* ---- the sum ---- */

static bool write_sum(Create *create, Error *err)
{
    MigrationFolder folder;
    bool changed;
    char *path = file_join(create->arena, create->folder.path, SUMFILE_NAME);
    if (!migration_load(create->arena, create->options->dir, NULL, &folder, err))
        return false;
    create->result->sum =
        arena_printf(create->arena, "h1:%s", sumfile_of_folder(create->arena, &folder));
    /* Another tool's folder has a sum file only where somebody asked for one. */
    return (format_foreign(folder.format) && file_kind(path) == FILE_MISSING) ||
           sumfile_write(create->arena, &folder, &changed, err);
}

/* ---- the template ---- */

/* That it can be written is found out before anything is. */
static bool try_templates(Create *create, Error *err)
{
    TemplateEdits edits;
    if (create->options->templates == NULL)
        return true;
    return template_plan(create->arena, create->options->templates,
                         sumfile_of_folder(create->arena, &create->folder), &edits, err) ||
           error_prefix(err, "no file was created");
}

static bool update_templates(Create *create, Error *err)
{
    if (create->options->templates == NULL)
        return true;
    return template_update(create->arena, create->options->templates,
                           create->result->sum + strlen("h1:"), &create->result->templates, err) ||
           error_prefix(err, "%s is created, but its hash is not in the template", first_path(create));
}

static void remove_files(const Create *create, size_t count)
{
    Error ignored = {0};
    for (size_t i = 0; i < count; i++)
        file_remove(create->result->files.items[i].path, &ignored);
    error_clear(&ignored);
}

static bool write_files(Create *create, Error *err)
{
    for (size_t i = 0; i < create->result->files.count; i++) {
        const CreateFile *file = &create->result->files.items[i];
        if (file_make_folder(file_folder_of(create->arena, file->path), 0755, err) &&
            file_create_new(file->path, file->content, strlen(file->content), 0644, err))
            continue;
        remove_files(create, i);
        return false;
    }
    return true;
}

/* Without its sum the file would only make the next check fail. What came out of an editor is kept. */
static bool finish(Create *create, Error *err)
{
    if (edit_file(create, err) && write_sum(create, err)) {
        create->result->empty = has_no_statement(create->arena, first_path(create));
        return true;
    }
    if (is_untouched(create)) {
        remove_files(create, create->result->files.count);
        return error_prefix(err, "nothing created");
    }
    return error_prefix(err, "%s is created, but not in the sum file", first_path(create));
}

static bool make_content(Create *create, const char *slug, Error *err)
{
    CreatePartList parts = {0};
    CreatePart whole = {.content = migration_title(create->arena, slug), .purpose = ""};
    if (create->options->source != NULL)
        return create_plan(create, whole.content, err);
    VEC_PUSH(create->arena, parts, whole);
    return create_name_files(create, &parts, err);
}

bool create_run(Arena *arena, const CreateOptions *options, CreateResult *ret, Error *err)
{
    Create create = {.arena = arena, .options = options, .result = ret};
    char *slug;
    *ret = (CreateResult){0};
    if (!version_slug(arena, options->description, &slug, err) || !check_version(&create, err) ||
        !load_folder(&create, err) || !verify_sum(&create, err) || !check_free(&create, err) ||
        !try_templates(&create, err) || !make_content(&create, slug, err) || interrupt_check(err))
        return false;
    if (options->dry_run || ret->files.count == 0)
        return true;
    return write_files(&create, err) && finish(&create, err) && update_templates(&create, err);
}
