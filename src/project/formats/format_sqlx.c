/*
 * sqlx: N_x.sql, or N_x.up.sql with N_x.down.sql, in the order of numbers. A file whose first bytes are
 * "-- no-transaction" runs without one.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

#define NO_TRANSACTION "-- no-transaction"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    const char *base;

    file->down = format_strip_ending(read, file->name, ".down.sql", &base);
    if (!file->down && !format_strip_ending(read, file->name, ".up.sql", &base))
        format_strip_ending(read, file->name, ".sql", &base);
    if (strchr(file->name, '/') != NULL) {
        *ret_why = "it lies in a folder within the migrations folder";
        return true;
    }
    if (strchr(base, '_') == NULL) {
        *ret_why = "sqlx splits a name at its first '_', and it has none";
        return true;
    }
    if (base[strspn(base, "0123456789")] == '_' &&
        format_split_name(read->scratch, base, &file->version, &file->description))
        return true;
    return format_fail(read, file->name, 0, "%s does not begin with a number, which sqlx needs",
                       file->name);
}

static bool head(FormatRead *read, const FormatFile *file, const Bytes *text, TxMode *ret)
{
    (void)read, (void)file;
    if (text->len >= strlen(NO_TRANSACTION) &&
        memcmp(text->data, NO_TRANSACTION, strlen(NO_TRANSACTION)) == 0)
        *ret = TXMODE_NONE;
    return true;
}

bool format_read_sqlx(FormatRead *read)
{
    return format_read_files(read, parse, head, false);
}
