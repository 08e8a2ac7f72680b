/* Supabase: migrations/<digits>_x.sql in the bytewise order of names. */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    const char *base = file_name_of(file->name);

    file->key = base;
    if (base != file->name && strncmp(file->name, "migrations/", strlen("migrations/")) != 0)
        *ret_why = "it lies in a folder within the migrations folder";
    else if (base[strspn(base, "0123456789")] != '_' ||
             !format_split_name(read->scratch, base, &file->version, &file->description))
        *ret_why = "Supabase's names are <digits>_<name>.sql";
    else if (strlen(file->version) == 14 && strcmp(file->description, "init") == 0 &&
             strcmp(file->version, "20211209000000") < 0)
        *ret_why = "Supabase passes over an init file of before 2021-12-09";
    return true;
}

bool format_read_supabase(FormatRead *read)
{
    return format_read_files(read, parse, NULL, true);
}
