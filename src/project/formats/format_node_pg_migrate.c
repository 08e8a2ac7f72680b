/*
 * node-pg-migrate: <number>_x.sql in the order of numbers, divided by comments "Up Migration" and
 * "Down Migration", in either order; without the first, the whole file migrates.
 */
#include <string.h>

#include "formats_internal.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_mark(const FormatLine *line, const char *word)
{
    const char *at = line->text, *end = line->text + line->len;

    while (at < end && is_space(*at))
        at++;
    if (end - at < 2 || at[0] != '-' || at[1] != '-')
        return false;
    while (at < end && (is_space(*at) || *at == '-'))
        at++;
    if ((size_t)(end - at) <= strlen(word) || strncasecmp(at, word, strlen(word)) != 0 ||
        !is_space(at[strlen(word)]))
        return false;
    at += strlen(word);
    while (at < end && is_space(*at))
        at++;
    return (size_t)(end - at) >= strlen("migration") &&
           strncasecmp(at, "migration", strlen("migration")) == 0;
}

static bool divide(FormatRead *read, const char *name, const Bytes *text, FormatPair *ret)
{
    FormatLine line = {0};
    size_t up = 0, down = 0, up_start = 0, down_start = 0, down_line = 0, first_statement = 0;

    while (format_next_line(text, &line)) {
        if (up == 0 && is_mark(&line, "up")) {
            up = line.start + 1;
            up_start = line.next;
        } else if (down == 0 && is_mark(&line, "down")) {
            down = line.start + 1;
            down_start = line.next;
            down_line = line.number;
        } else if (up == 0 && down == 0 && first_statement == 0 && !format_is_remark(&line)) {
            first_statement = line.number;
        }
    }
    if (up > 0 && first_statement > 0)
        return format_fail(read, name, first_statement,
                           "a statement stands before the marks, where node-pg-migrate never runs it");
    if (up == 0 && down > 0)
        return format_fail(read, name, down_line,
                           "\"Down Migration\" without \"Up Migration\": node-pg-migrate would run both "
                           "parts of the file one after the other");
    FORMAT_PART(ret->up, up_start, down > up ? down - 1 : text->len, false);
    if (down > 0)
        FORMAT_PART(ret->down, down_start, up > down ? up - 1 : text->len, false);
    return true;
}

bool format_read_node_pg_migrate(FormatRead *read)
{
    return format_read_divided(read, divide, false);
}
