/*
 * diesel: <version>_<name>/up.sql and down.sql in the order of the versions' text, dashes left out. A
 * metadata.toml without run_in_transaction means false, as diesel reads it.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

static bool parse(FormatRead *read, FormatFile *file, const char **ret_why)
{
    const char *folder = file_name_of(file_folder_of(read->scratch, file->name));
    size_t len = strcspn(folder, "_"), out = 0;
    char *version = arena_alloc(read->scratch, len + 1), *description;

    file->down = text_ends(file->name, "/down.sql");
    if (!file->down && !text_ends(file->name, "/up.sql")) {
        *ret_why = "diesel runs up.sql and down.sql alone";
        return true;
    }
    for (size_t i = 0; i < len; i++)
        if (folder[i] != '-')
            version[out++] = folder[i];
    if (!version_valid(version))
        return format_fail(read, file->name, 0, "the folder of %s does not begin with a version",
                           file->name);
    description = arena_strdup(read->scratch, folder[len] == '_' ? folder + len + 1 : "");
    for (char *c = description; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    file->version = file->key = version;
    file->description = description;
    return true;
}

/* The value of run_in_transaction; false when it is not there. */
static bool in_transaction(FormatRead *read, const char *name, const Bytes *text, bool *ret)
{
    FormatLine line = {0};

    *ret = false;
    while (format_next_line(text, &line)) {
        const char *copy = arena_strndup(read->scratch, line.text, line.len), *at;

        copy += strspn(copy, " \t");
        if (!text_starts(copy, "run_in_transaction"))
            continue;
        at = copy + strlen("run_in_transaction");
        at += strspn(at, " \t=");
        if (!text_starts(at, "true") && !text_starts(at, "false"))
            return format_fail(read, name, line.number,
                               "run_in_transaction must be true or false");
        *ret = text_starts(at, "true");
    }
    return true;
}

static bool head(FormatRead *read, const FormatFile *file, const Bytes *text, TxMode *ret)
{
    const char *name = arena_printf(read->scratch, "%s/metadata.toml",
                                    file_folder_of(read->scratch, file->name));
    Bytes metadata;
    bool transaction;

    (void)text;
    for (size_t i = 0; i < read->names->count; i++) {
        if (strcmp(read->names->items[i], name) != 0)
            continue;
        if (!format_text(read, read->names->items[i], &metadata) ||
            !in_transaction(read, read->names->items[i], &metadata, &transaction))
            return false;
        format_uses(read, read->names->items[i]);
        *ret = transaction ? TXMODE_DEFAULT : TXMODE_NONE;
    }
    return true;
}

bool format_read_diesel(FormatRead *read)
{
    return format_read_files(read, parse, head, true);
}
