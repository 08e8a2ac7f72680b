/* --dir-format, which goes with the folder's address: file://DIR?format=FORMAT says the same. */
#include <ctype.h>
#include <string.h>

#include "config_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/project/migration.h"

static bool is_nearby(const char *source)
{
    return text_starts(source, "--") || text_starts(source, "$");
}

/* A path as part of a URL. */
static char *encoded(Arena *arena, const char *path)
{
    Buf url = {0};
    for (; *path != '\0'; path++) {
        if (strchr("%?#", *path) != NULL)
            buf_printf(&url, "%%%02X", (unsigned)(unsigned char)*path);
        else
            buf_add_char(&url, *path);
    }
    return buf_steal(&url, arena);
}

static char *with_format(Arena *arena, const char *dir, const char *name)
{
    if (!text_starts(dir, "file://"))
        return arena_printf(arena, "file://%s?format=%s", encoded(arena, dir), name);
    return arena_printf(arena, "%s%cformat=%s", dir, strchr(dir, '?') != NULL ? '&' : '?', name);
}

static bool contradicts(const OptionSet *set, const char *source, FolderFormat asked, Error *err)
{
    error_set(err, EXIT_USAGE, "%s %s contradicts the format of the folder's address, %s", source,
              option_string(set, OPT_DIR_FORMAT), format_name(asked));
    return error_hint(err, "Leave one of the two out.");
}

static char *lowered(Arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c != '\0'; c++)
        *c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
    return copy;
}

bool config_join_format(Arena *arena, OptionSet *set, Error *err)
{
    FolderFormat format, asked;
    if (!option_allowed(set, OPT_DIR) || !option_allowed(set, OPT_DIR_FORMAT) ||
        !option_is_set(set, OPT_DIR_FORMAT))
        return true;
    const char *source = option_source(set, OPT_DIR_FORMAT), *dir = option_string(set, OPT_DIR);
    const char *dir_source = option_source(set, OPT_DIR);
    if (!format_find(lowered(arena, option_string(set, OPT_DIR_FORMAT)), &format, err))
        return is_nearby(source) ? error_prefix(err, "%s", source) : false;
    if (!migration_folder_format(dir, &asked, err))
        return false;
    if (!is_nearby(source) && (is_nearby(dir_source) || asked != FOLDER_FORMAT_AUTO))
        return true;
    if (asked != FOLDER_FORMAT_AUTO)
        return asked == format || contradicts(set, source, asked, err);
    const char *url = with_format(arena, dir, format_name(format));
    if (text_starts(dir_source, "--") || text_starts(dir_source, "$"))
        return option_set(set, OPT_DIR, url, err);
    return option_from_file(set, OPT_DIR, url,
                            option_is_set(set, OPT_DIR) ? dir_source : source, err);
}
