/*
 * popx (Ory): <digits>_x[.dialect][.autocommit].up.sql and .down.sql, in the bytewise order of versions;
 * a file for PostgreSQL goes before the one for all, those for other databases are left out.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    const char *base, *dialect, *dot;

    file->down = format_strip_ending(read, file->name, ".down.sql", &base);
    if (strchr(file->name, '/') != NULL) {
        *ret_why = "it lies in a folder within the migrations folder";
        return true;
    }
    if ((!file->down && !format_strip_ending(read, file->name, ".up.sql", &base)) ||
        base[strspn(base, "0123456789")] != '_') {
        *ret_why = "popx's names are <digits>_<name>[.<dialect>].up.sql";
        return true;
    }
    if (text_ends(base, ".autocommit")) {
        file->mode = TXMODE_NONE;
        format_strip_ending(read, base, ".autocommit", &base);
    }
    dot = strrchr(base, '.');
    dialect = dot != NULL ? dot + 1 : "";
    if (strcmp(dialect, "postgres") == 0 || strcmp(dialect, "postgresql") == 0)
        base = arena_strndup(read->scratch, base, (size_t)(dot - base));
    else if (dot != NULL)
        *ret_why = "it is for another database";
    else
        file->rank = 1;
    format_split_name(read->scratch, base, &file->version, &file->description);
    file->key = file->version;
    return true;
}

bool format_read_popx(FormatRead *read)
{
    return format_read_files(read, parse, NULL, true);
}
