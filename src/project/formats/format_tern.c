/*
 * tern: <n>_x.sql, numbered from 1 without a gap, divided by a line of its own. The text is a Go
 * template: what holds "{{" is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "formats_internal.h"

#define DIVIDER "---- create above / drop below ----"
#define NO_TRANSACTION "---- tern: disable-tx ----"

static bool is_line(const FormatLine *line, const char *text)
{
    return line->len == strlen(text) && memcmp(line->text, text, line->len) == 0;
}

static bool fail_template(FormatRead *read, const char *name, size_t line)
{
    format_fail(read, name, line, "tern fills in a template here, which dbmig does not");
    return error_hint(read->err, "Import the rendered text: tern renders it with --dry-run, or write "
                                 "the value itself.");
}

static bool divide(FormatRead *read, const char *name, const Bytes *text, FormatPair *ret)
{
    FormatLine line = {0};
    size_t up_end = text->len, down_start = text->len;

    while (format_next_line(text, &line)) {
        if (memmem(line.text, line.len, "{{", 2) != NULL)
            return fail_template(read, name, line.number);
        if (is_line(&line, NO_TRANSACTION))
            *(up_end == text->len ? &ret->up_mode : &ret->down_mode) = TXMODE_NONE;
        if (!is_line(&line, DIVIDER) || up_end != text->len)
            continue;
        up_end = line.start;
        down_start = line.next;
    }
    FORMAT_PART(ret->up, 0, up_end, false);
    if (down_start < text->len)
        FORMAT_PART(ret->down, down_start, text->len, false);
    return true;
}

bool format_read_tern(FormatRead *read)
{
    long wanted = 1;

    if (!format_read_divided(read, divide, false))
        return false;
    for (size_t i = 0; i < read->items.count; i++) {
        const Migration *item = &read->items.items[i];

        if (item->kind == MIGRATION_UNDO)
            continue;
        if (strtol(item->version, NULL, 10) != wanted)
            return format_fail(read, item->name, 0,
                               "tern numbers its migrations without gaps: %s stands where %ld is due",
                               item->name, wanted);
        wanted++;
    }
    return true;
}
