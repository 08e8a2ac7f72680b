/* Queries for each version of the server from one text that runs in psql on the newest. */
#include <stdlib.h>
#include <string.h>

#include "snapshot_internal.h"

/* The number after `mark` at the end of the line, or 0. *ret_len is the line without the mark. */
static long since_mark(const char *line, size_t len, size_t *ret_len)
{
    static const char mark[] = " -- since ";
    const char *found = NULL;
    for (const char *c = line; c + sizeof(mark) - 1 < line + len; c++) {
        if (strncmp(c, mark, sizeof(mark) - 1) == 0)
            found = c;
    }
    if (!found)
        return 0;
    *ret_len = (size_t)(found - line);
    return strtol(found + sizeof(mark) - 1, NULL, 10);
}

static void add_line(Buf *out, const char *line, size_t len, long major)
{
    static const char before[] = "-- before ";
    if (strncmp(line, before, sizeof(before) - 1) == 0) {
        char *rest;
        if (major >= strtol(line + sizeof(before) - 1, &rest, 10))
            return;
        rest += strlen(": ");
        len -= (size_t)(rest - line);
        line = rest;
    }
    size_t kept = len;
    if (since_mark(line, len, &kept) <= major)
        buf_add(out, line, kept);
    buf_add_char(out, '\n');
}

const char *snapshot_sql(Arena *arena, const char *sql, int server_version)
{
    Buf out = {0};
    while (*sql) {
        const char *end = strchr(sql, '\n');
        size_t len = end ? (size_t)(end - sql) : strlen(sql);
        add_line(&out, sql, len, server_version / 10000);
        sql += len + (end != NULL);
    }
    return buf_steal(&out, arena);
}
