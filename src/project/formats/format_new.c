/* New migrations in a tool's own naming and marks, and what a name says of its version. */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

bool format_takes_back(const char *name)
{
    return text_ends(name, ".down.sql") || text_ends(name, "/down.sql");
}

/* The folder's name, where that is what the tool goes by. */
static const char *telling_part(Arena *arena, const char *name)
{
    if (text_ends(name, "/up.sql") || text_ends(name, "/down.sql") ||
        text_ends(name, "/migration.sql"))
        return file_name_of(file_folder_of(arena, name));
    return file_name_of(name);
}

char *format_version_of(Arena *arena, const char *name)
{
    const char *part = telling_part(arena, name);
    size_t len = strspn(part, "0123456789-"), out = 0;
    char *version = arena_alloc(arena, len + 1);

    for (size_t i = 0; i < len; i++)
        if (part[i] != '-')
            version[out++] = part[i];
    return out == 0 ? NULL : version;
}

/* diesel's own tool writes 2024-01-31-101500. */
static char *with_dashes(Arena *arena, const char *version)
{
    if (strlen(version) != 14)
        return arena_strdup(arena, version);
    return arena_printf(arena, "%.4s-%.2s-%.2s-%.6s", version, version + 4, version + 6,
                        version + 8);
}

static const char *next_version(Arena *arena, const MigrationFolder *folder, const char *now)
{
    const char **versions = arena_calloc(arena, folder->count + 1, sizeof(*versions));
    size_t count = 0;

    for (size_t i = 0; i < folder->count; i++)
        if (version_valid(folder->items[i].raw_version))
            versions[count++] = folder->items[i].raw_version;
    if (count == 0 && now[0] != '\0' && !format_rows[folder->format].counts)
        return now;
    return version_next(arena, versions, count, now);
}

bool format_new_file(Arena *arena, const MigrationFolder *folder, const char *version,
                     const char *slug, const char *content, const char *now, FormatNew *ret,
                     Error *err)
{
    const FormatRow *row = &format_rows[folder->format];
    const char *shown;

    if (row->new_name == NULL) {
        error_set(err, EXIT_USAGE, "dbmig writes no migrations of %s", row->name);
        return error_hint(err, "Let %s make it, or move the folder over: dbmig import.", row->name);
    }
    ret->version = version != NULL ? version : next_version(arena, folder, now);
    shown = folder->format == FOLDER_FORMAT_DIESEL ? with_dashes(arena, ret->version)
                                                   : ret->version;
    ret->name = arena_printf(arena, "%s%s%s%s", row->new_prefix != NULL ? row->new_prefix : "",
                             shown, row->new_separator, slug);
    ret->name = arena_printf(arena, "%s%s", ret->name, row->new_name);
    ret->content = arena_printf(arena, "%s%s%s", row->new_head != NULL ? row->new_head : "", content,
                                row->new_foot != NULL ? row->new_foot : "");
    return true;
}
