/*
 * golang-migrate: N_x.up.sql and N_x.down.sql, in the order of numbers, each file of one query: an
 * implicit transaction, in which a lone CREATE INDEX CONCURRENTLY works. So it does here.
 */
#include <string.h>

#include "formats_internal.h"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    const char *base;

    file->down = format_strip_ending(read, file->name, ".down.sql", &base);
    if (strchr(file->name, '/') != NULL)
        *ret_why = "it lies in a folder within the migrations folder";
    else if ((!file->down && !format_strip_ending(read, file->name, ".up.sql", &base)) ||
             base[strspn(base, "0123456789")] != '_' ||
             !format_split_name(read->scratch, base, &file->version, &file->description))
        *ret_why = "it is not named N_x.up.sql or N_x.down.sql";
    return true;
}

bool format_read_golang_migrate(FormatRead *read)
{
    return format_read_files(read, parse, NULL, false);
}
