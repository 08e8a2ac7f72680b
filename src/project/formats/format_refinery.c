/*
 * refinery: V<n>__x.sql and U<n>__x.sql in one sequence of numbers, folders within the folder too.
 * U files are no undo: they may be applied out of order.
 */
#include <string.h>

#include "formats_internal.h"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    const char *base = file_name_of(file->name), *rest;
    size_t digits = strspn(base + (base[0] != '\0'), "0123456789");

    if ((base[0] != 'V' && base[0] != 'U') || digits == 0) {
        *ret_why = "refinery's names are V<number>__<name>.sql";
        return true;
    }
    rest = base + 1 + digits;
    if (strncmp(rest, "__", 2) != 0)
        return format_fail(read, file->name, 0, "refinery cannot read the version of %s", file->name);
    format_split_name(read->scratch, base + 1, &file->version, &file->description);
    return true;
}

bool format_read_refinery(FormatRead *read)
{
    return format_read_files(read, parse, NULL, false);
}
