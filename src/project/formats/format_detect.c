/*
 * Tells whose folder it is: by the names in it, by configuration files around it, by the marks in the
 * first and last of its files. What is overlooked here is refused where the files are read.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/project/marker.h"
#include "formats_internal.h"

enum { LEVELS_UP = 6, LOOK_AT = 4, HEAD_SIZE = 256 * 1024 };

typedef struct Detect {
    Arena *arena, *scratch;
    const MigrationFolder *folder;
    const StringList *names;
    const char *sign;
    Error *err;
} Detect;

static const char *find_name(const Detect *detect, const char *ending)
{
    for (size_t i = 0; i < detect->names->count; i++) {
        const char *name = detect->names->items[i];
        if (text_ends(name, ending) &&
            (ending[0] == '/' || ending[0] == '.' || strcmp(file_name_of(name), ending) == 0))
            return name;
    }
    return NULL;
}

static FolderFormat found(Detect *detect, FolderFormat format, const char *sign)
{
    detect->sign = sign;
    return format;
}

/* The word stands in the file beside the folder or above it, up to the repository's root. */
static bool project_names(const Detect *detect, const char *file, const char *word)
{
    char *folder = NULL;
    Error ignored = {0};
    bool named = false;

    if (!file_absolute(detect->scratch, detect->folder->path, &folder, &ignored))
        folder = NULL;
    for (int i = 0; folder != NULL && i < LEVELS_UP && !named; i++) {
        Bytes text;
        const char *path = file_join(detect->scratch, folder, file);

        if (file_kind(path) == FILE_REGULAR &&
            file_read(detect->scratch, path, &text, &ignored))
            named = memmem(text.data, text.len, word, strlen(word)) != NULL;
        if (file_kind(file_join(detect->scratch, folder, ".git")) != FILE_MISSING ||
            strcmp(folder, "/") == 0)
            break;
        folder = file_folder_of(detect->scratch, folder);
    }
    error_clear(&ignored);
    return named;
}

static bool supabase_project(const Detect *detect)
{
    const char *config = file_join(detect->scratch, detect->folder->path, "../config.toml");
    Error ignored = {0};
    Bytes text;
    bool named;

    if (find_name(detect, "config.toml") != NULL)
        config = file_join(detect->scratch, detect->folder->path, "config.toml");
    else if (!text_ends(detect->folder->path, "migrations"))
        return false;
    named = file_kind(config) == FILE_REGULAR &&
            file_read(detect->scratch, config, &text, &ignored) &&
            memmem(text.data, text.len, "project_id", strlen("project_id")) != NULL;
    error_clear(&ignored);
    return named;
}

/* By what lies in the folder and around it. */
static FolderFormat by_names(Detect *detect)
{
    const char *name;

    if ((name = find_name(detect, "sqitch.plan")) != NULL)
        return found(detect, FOLDER_FORMAT_SQITCH, name);
    if ((name = find_name(detect, "_journal.json")) != NULL)
        return found(detect, FOLDER_FORMAT_DRIZZLE, name);
    if ((name = find_name(detect, "/migration.sql")) != NULL)
        return found(detect, FOLDER_FORMAT_PRISMA, name);
    if ((name = find_name(detect, "/up.sql")) != NULL)
        return found(detect, FOLDER_FORMAT_DIESEL, name);
    if ((name = find_name(detect, "tern.conf")) != NULL)
        return found(detect, FOLDER_FORMAT_TERN, name);
    if (supabase_project(detect))
        return found(detect, FOLDER_FORMAT_SUPABASE, "config.toml");
    if ((name = find_name(detect, ".autocommit.up.sql")) != NULL ||
        (name = find_name(detect, ".postgres.up.sql")) != NULL)
        return found(detect, FOLDER_FORMAT_POPX, name);
    if ((name = find_name(detect, ".up.sql")) == NULL)
        return FOLDER_FORMAT_AUTO;
    if (project_names(detect, "Cargo.toml", "sqlx"))
        return found(detect, FOLDER_FORMAT_SQLX, "Cargo.toml");
    return found(detect, FOLDER_FORMAT_GOLANG_MIGRATE, name);
}

static bool head_of(Detect *detect, const char *name, Bytes *ret)
{
    const FolderSource *source = detect->folder->source;
    FileReader *file = NULL;
    char *buffer;
    bool ok;

    if (source != NULL)
        return source->read(source->context, detect->scratch, name, ret, detect->err);
    if (!file_open_read(detect->scratch, file_join(detect->scratch, detect->folder->path, name),
                        &file, detect->err))
        return false;
    buffer = arena_alloc(detect->scratch, HEAD_SIZE + 1);
    ret->data = buffer;
    ok = file_read_some(file, buffer, HEAD_SIZE, &ret->len, detect->err);
    file_close(file);
    return ok;
}

static bool look_into(Detect *detect, const char *name, FolderFormat *ret)
{
    MarkerScan marks = {0};
    Bytes head = {0};

    if (!head_of(detect, name, &head))
        return false;
    marker_scan_add(&marks, head.data, head.len);
    marker_scan_end(&marks);
    *ret = marks.found;
    if (marks.found != FOLDER_FORMAT_AUTO)
        detect->sign = arena_printf(detect->arena, "%s:%zu", name, marks.line);
    return true;
}

/* By marks: of the first and the last files. */
static bool by_marks(Detect *detect, FolderFormat *ret)
{
    StringList scripts = {0};

    for (size_t i = 0; i < detect->names->count; i++)
        if (text_ends(detect->names->items[i], ".sql"))
            VEC_PUSH(detect->scratch, scripts, detect->names->items[i]);
    for (size_t i = 0; i < scripts.count && *ret == FOLDER_FORMAT_AUTO; i++)
        if ((i < LOOK_AT || i + LOOK_AT >= scripts.count) &&
            !look_into(detect, scripts.items[i], ret))
            return false;
    return true;
}

static bool has_flyway_name(const Detect *detect)
{
    MigrationName parsed;
    const char *reason;

    for (size_t i = 0; i < detect->names->count; i++) {
        NameVerdict verdict =
            version_parse_name(detect->scratch, file_name_of(detect->names->items[i]), false,
                               &parsed, &reason);
        if (verdict == NAME_MIGRATION || verdict == NAME_CALLBACK)
            return true;
    }
    return false;
}

/* Every .sql file is named <number>_x.sql, and there is one. */
static bool all_numbered(const Detect *detect)
{
    size_t count = 0;

    for (size_t i = 0; i < detect->names->count; i++) {
        const char *name = detect->names->items[i];

        if (!text_ends(name, ".sql"))
            continue;
        if (name[0] == '_' || name[strspn(name, "0123456789")] != '_')
            return false;
        count++;
    }
    return count > 0;
}

static bool detect_format(Detect *detect, FolderFormat *ret)
{
    if (has_flyway_name(detect)) {
        if (project_names(detect, "refinery.toml", "") ||
            project_names(detect, "Cargo.toml", "refinery"))
            *ret = found(detect, FOLDER_FORMAT_REFINERY, "Cargo.toml");
        return true;
    }
    *ret = by_names(detect);
    if (*ret == FOLDER_FORMAT_AUTO && !by_marks(detect, ret))
        return false;
    if (*ret == FOLDER_FORMAT_AUTO && all_numbered(detect) &&
        project_names(detect, "Cargo.toml", "sqlx"))
        *ret = found(detect, FOLDER_FORMAT_SQLX, "Cargo.toml");
    return true;
}

bool format_detect(Arena *arena, const MigrationFolder *folder, const StringList *names,
                   FolderFormat *ret, const char **ret_sign, Error *err)
{
    Detect detect = {.arena = arena, .scratch = arena_new(), .folder = folder, .names = names,
                     .err = err};
    bool ok;

    *ret = FOLDER_FORMAT_AUTO;
    ok = detect_format(&detect, ret);
    *ret_sign = *ret == FOLDER_FORMAT_AUTO ? NULL : arena_strdup(arena, detect.sign);
    if (ok && *ret != FOLDER_FORMAT_AUTO && !format_foreign(*ret)) {
        *ret = FOLDER_FORMAT_AUTO; /* cannot be read: refused where its files are */
        *ret_sign = NULL;
    }
    arena_free(detect.scratch);
    return ok;
}
