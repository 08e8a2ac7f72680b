/* Writes a new migration file. Its name comes from project/migration.h, the sum from sumfile.h. */
#include "dbmig/engine/create.h"

#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/sumfile.h"
#include "dbmig/text/sqlscan.h"

typedef struct Create {
    Arena *arena;
    const CreateOptions *options;
    CreateResult *result;
    MigrationFolder folder; /* before the new file */
} Create;

/* ---- before anything is written ---- */

static bool load_folder(Create *create, Error *err)
{
    char *path = migration_folder_path(create->arena, create->options->dir);
    if (file_kind(path) == FILE_MISSING && !file_make_folder(path, 0755, err))
        return false;
    return migration_load(create->arena, create->options->dir, NULL, &create->folder, err);
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

/* What a file says that was made without content. Where a schema source is configured, the
   difference between it and the replayed folder will stand here instead. */
static char *initial_content(Create *create, const char *description)
{
    return arena_printf(create->arena, "-- %s\n", description);
}

static bool name_file(Create *create, Error *err)
{
    const CreateOptions *options = create->options;
    char *name;
    if (!migration_new_name(create->arena, &create->folder, options->version, options->description,
                            options->now, &name, err))
        return false;
    create->result->name = name;
    create->result->path = file_join(create->arena, create->folder.path, name);
    MigrationName parts;
    const char *reason;
    if (version_parse_name(create->arena, name, create->folder.plain, &parts, &reason) !=
        NAME_MIGRATION)
        return error_set(err, EXIT_USAGE, "%s would not be a migration: %s", name, reason);
    const char *newest = newest_version(&create->folder);
    create->result->version = parts.version;
    if (newest != NULL && parts.version != NULL && version_compare(parts.version, newest) < 0)
        VEC_PUSH(create->arena, create->result->warnings,
                 arena_printf(create->arena, "version %s is below the newest, %s: databases that "
                                             "have that one need --out-of-order=%s", parts.version,
                              newest, parts.version));
    return true;
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
    VEC_PUSH(create->arena, words, create->result->path);
    VEC_PUSH(create->arena, words, NULL);
    ProcessSpec spec = {.argv = words.items, .inherit_stdio = true};
    if (!process_run(create->arena, &spec, &result, err)) {
        if (err->code == EXIT_USAGE)
            error_hint(err, "Set VISUAL or EDITOR to an editor. %s stays as it is.",
                       create->result->path);
        return false;
    }
    if (result.exit_code != 0)
        VEC_PUSH(create->arena, create->result->warnings,
                 arena_printf(create->arena, "%s ended with exit code %d", words.items[0],
                              result.exit_code));
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
    Bytes sum;
    bool changed;
    char *path = file_join(create->arena, create->folder.path, SUMFILE_NAME);
    if (!migration_load(create->arena, create->options->dir, NULL, &folder, err) ||
        !sumfile_write(create->arena, &folder, &changed, err) ||
        !file_read(create->arena, path, &sum, err))
        return false;
    create->result->sum = arena_printf(create->arena, "h1:%s",
                                       sumfile_header(create->arena, sum.data, sum.len));
    return true;
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
           error_prefix(err, "%s is created, but its hash is not in the template",
                        create->result->path);
}

/* Without its sum the file would only make the next check fail. What came out of an editor is kept. */
static bool finish(Create *create, Error *err)
{
    bool edited = create->options->editor != NULL;
    if (edit_file(create, err) && write_sum(create, err)) {
        create->result->empty = has_no_statement(create->arena, create->result->path);
        return true;
    }
    Error ignored = {0};
    if (edited)
        error_prefix(err, "%s is created, but not in the sum file", create->result->path);
    else
        file_remove(create->result->path, &ignored);
    error_clear(&ignored);
    return false;
}

bool create_run(Arena *arena, const CreateOptions *options, CreateResult *ret, Error *err)
{
    Create create = {.arena = arena, .options = options, .result = ret};
    char *slug;
    *ret = (CreateResult){0};
    if (!version_slug(arena, options->description, &slug, err) || !check_version(&create, err) ||
        !load_folder(&create, err) || !verify_sum(&create, err) || !check_free(&create, err) ||
        !name_file(&create, err) || !try_templates(&create, err))
        return false;
    char *content = initial_content(&create, slug);
    for (char *c = content; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
    return file_create_new(ret->path, content, strlen(content), 0644, err) &&
           finish(&create, err) && update_templates(&create, err);
}
