/* Recognises other tools' marker lines. Which tool reads them how is told at each row. */
#include "dbmig/project/marker.h"

#include <string.h>

#include "dbmig/base/text.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static size_t skip_blanks(const char *line, size_t len, size_t at)
{
    while (at < len && is_blank(line[at]))
        at++;
    return at;
}

/* The word (ASCII, lower case) stands at line[at] in any case: where it ends, else 0. */
static size_t word_at(const char *line, size_t len, size_t at, const char *word)
{
    for (; *word != '\0'; word++, at++) {
        char c = at < len ? line[at] : '\0';

        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        if (c != *word)
            return 0;
    }
    return at;
}

static bool ends_word(const char *line, size_t len, size_t at)
{
    return at == len || is_blank(line[at]) || line[at] == ':' || line[at] == ',';
}

/* node-pg-migrate: dashes and blanks, "down migration", and nothing that makes a sentence of it. */
static bool is_down_migration(const char *line, size_t len, size_t at)
{
    while (at < len && (is_blank(line[at]) || line[at] == '-'))
        at++;
    at = word_at(line, len, at, "down");
    if (at == 0 || at == len || !is_blank(line[at]))
        return false;
    at = word_at(line, len, skip_blanks(line, len, at), "migration");
    while (at > 0 && at < len && (is_blank(line[at]) || line[at] == '-' || line[at] == ':'))
        at++;
    return at == len;
}

static bool is_liquibase(const char *line, size_t len, size_t at)
{
    at = word_at(line, len, skip_blanks(line, len, at), "liquibase");
    if (at == 0)
        return false;
    at = word_at(line, len, skip_blanks(line, len, at), "formatted");
    return at > 0;
}

FolderFormat marker_of_line(const char *line, size_t len)
{
    static const char tern[] = "---- create above / drop below ----";
    size_t start = 0, at, end;

    if (len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
        start = 3;
    start = skip_blanks(line, len, start);
    if (start + 2 > len || line[start] != '-' || line[start + 1] != '-')
        return FOLDER_FORMAT_AUTO;
    if (len - start >= strlen(tern) && memcmp(line + start, tern, strlen(tern)) == 0)
        return FOLDER_FORMAT_TERN;
    at = skip_blanks(line, len, start + 2);
    if ((end = word_at(line, len, at, "+goose")) != 0 && ends_word(line, len, end))
        return FOLDER_FORMAT_GOOSE;
    if ((end = word_at(line, len, at, "+migrate")) != 0 && ends_word(line, len, end))
        return FOLDER_FORMAT_SQL_MIGRATE;
    if (((end = word_at(line, len, at, "migrate:up")) != 0 ||
         (end = word_at(line, len, at, "migrate:down")) != 0) &&
        ends_word(line, len, end))
        return FOLDER_FORMAT_DBMATE;
    if (is_liquibase(line, len, start + 2))
        return FOLDER_FORMAT_LIQUIBASE;
    return is_down_migration(line, len, start + 2) ? FOLDER_FORMAT_NODE_PG_MIGRATE
                                                   : FOLDER_FORMAT_AUTO;
}

static void keep_text(MarkerScan *scan, const char *line, size_t len)
{
    size_t from = skip_blanks(line, len, 0), size = len - from;

    while (size > 0 && is_blank(line[from + size - 1]))
        size--;
    if (size >= sizeof(scan->text))
        size = sizeof(scan->text) - 1;
    memcpy(scan->text, line + from, size);
    scan->text[size] = '\0';
}

static void look_at(MarkerScan *scan, const char *line, size_t len)
{
    size_t start = skip_blanks(line, len, 0);
    bool comment = start + 1 < len && line[start] == '-' && line[start + 1] == '-';
    FolderFormat format = marker_of_line(line, len);

    if (format == scan->own)
        format = FOLDER_FORMAT_AUTO;
    if (scan->doubtful_line > 0 && start < len && !comment) {
        scan->found = FOLDER_FORMAT_NODE_PG_MIGRATE;
        scan->line = scan->doubtful_line;
    } else if (format == FOLDER_FORMAT_NODE_PG_MIGRATE) {
        scan->doubtful_line = scan->lines + 1;
        keep_text(scan, line, len);
    } else if (format != FOLDER_FORMAT_AUTO) {
        scan->found = format;
        scan->line = scan->lines + 1;
        keep_text(scan, line, len);
    }
}

static void keep_rest(MarkerScan *scan, const char *bytes, size_t len)
{
    size_t room = sizeof(scan->rest) - scan->rest_len;
    size_t size = len < room ? len : room;

    memcpy(scan->rest + scan->rest_len, bytes, size);
    scan->rest_len += size;
    scan->cut = true;
}

static void end_line(MarkerScan *scan, const char *bytes, size_t len)
{
    if (scan->cut) {
        keep_rest(scan, bytes, len);
        look_at(scan, scan->rest, scan->rest_len);
        scan->rest_len = 0;
        scan->cut = false;
    } else {
        look_at(scan, bytes, len);
    }
    scan->lines++;
}

void marker_scan_add(MarkerScan *scan, const char *bytes, size_t len)
{
    const char *end = bytes + len;

    while (bytes < end && scan->found == FOLDER_FORMAT_AUTO) {
        const char *feed = memchr(bytes, '\n', (size_t)(end - bytes));

        if (feed == NULL) {
            keep_rest(scan, bytes, (size_t)(end - bytes));
            return;
        }
        end_line(scan, bytes, (size_t)(feed - bytes));
        bytes = feed + 1;
    }
}

void marker_scan_end(MarkerScan *scan)
{
    if (scan->cut && scan->found == FOLDER_FORMAT_AUTO)
        end_line(scan, "", 0);
}
