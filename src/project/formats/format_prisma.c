/*
 * Prisma: <name>/migration.sql in the bytewise order of the folders' names. A migration is known by
 * its folder's name; the digits in front are its version here.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    if (!text_ends(file->name, "/migration.sql")) {
        *ret_why = text_ends(file->name, "/down.sql") ? "Prisma has no down migrations"
                                                      : "Prisma runs migration.sql alone";
        return true;
    }
    file->key = file_name_of(file_folder_of(read->scratch, file->name));
    if (!format_split_name(read->scratch, file->key, &file->version, &file->description)) {
        file->version = file->key;
        file->description = file->key;
    }
    return true;
}

bool format_read_prisma(FormatRead *read)
{
    return format_read_files(read, parse, NULL, true);
}
