/*
 * The data of COPY … FROM STDIN, by psql's rules: from the line after the statement's ';' to a line
 * "\.", in pieces of whole lines.
 */
#include <string.h>

#include "sqlscan_internal.h"

enum { COPY_PIECE = 64 * 1024 }; /* the most data in one item */

static bool fail_copy(SqlScanner *scanner)
{
    if (scanner->window.fault != FAULT_NONE)
        return sqlscan_fail_at_fault(scanner);
    error_set(scanner->err, EXIT_USAGE, "COPY data without an end");
    error_at(scanner->err, scanner->name, scanner->copy_place.line, scanner->copy_place.column);
    return error_hint(scanner->err, "The data of COPY … FROM STDIN ends with a line that holds "
                                    "nothing but \\. (backslash, full stop).");
}

/* Data begins on the line after COPY's ';'. psql would run what else stands on that line after the
   data; nobody means that, so only blanks and comments may. */
static bool skip_copy_line(SqlScanner *scanner)
{
    Window *window = &scanner->window;
    Lexer *lexer = &window->lexer;
    for (;;) {
        LexToken gap;
        int c = sqllex_peek(lexer, 0);
        if (c < 0)
            return fail_copy(scanner);
        if (c == '\n' || c == ' ' || (c >= '\t' && c <= '\r') || c == ';') {
            lexer->pos++;
            if (c == '\n')
                return true;
            continue;
        }
        size_t start = lexer->pos;
        bool comment = sqllex_gap(lexer, &gap);
        if (comment && gap.kind == LEX_UNCLOSED)
            return sqlscan_fail_unclosed(scanner, &gap);
        if (comment && !memchr(lexer->text + start, '\n', lexer->pos - start))
            continue;
        sqlscan_window_error(window, scanner->name, start, scanner->err,
                             "more text on the line of COPY … FROM STDIN");
        return error_hint(scanner->err,
                          "The data starts on the next line; move what follows the ';' "
                          "after the data.");
    }
}

/* The length of the line that ends COPY data, when pos is at one; 0 when not. */
static size_t end_marker_length(const char *text, size_t len)
{
    if (len < 2 || text[0] != '\\' || text[1] != '.')
        return 0;
    if (len == 2 || text[2] == '\n' || (text[2] == '\r' && (len == 3 || text[3] == '\n')))
        return 2;
    return 0;
}

/* The position of the end marker in the data, or len when there is none. */
static size_t find_end_marker(const char *text, size_t from, size_t len, bool at_line_begin)
{
    const char *end = text + len;
    const char *hit = text + from;
    while ((hit = memchr(hit, '\\', (size_t)(end - hit))) != NULL) {
        size_t at = (size_t)(hit - text);
        bool line_begin = at > from ? text[at - 1] == '\n' : at_line_begin;
        if (line_begin && end_marker_length(hit, len - at) > 0)
            return at;
        hit++;
    }
    return len;
}

/* The end of the piece of data at [start, limit): behind its last line end, or within a line that
   is longer than a piece. */
static size_t piece_end(const char *text, size_t start, size_t limit, size_t have)
{
    for (size_t end = limit; end > start; end--) {
        if (text[end - 1] == '\n')
            return end;
    }
    while (limit < have && limit > start + 4 && ((unsigned char)text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

bool sqlscan_next_copy(SqlScanner *scanner, SqlItem *ret)
{
    Window *window = &scanner->window;
    Lexer *lexer = &window->lexer;
    if (scanner->mode == MODE_COPY_START && !skip_copy_line(scanner))
        return false;
    if (scanner->mode == MODE_COPY_START)
        scanner->at_line_begin = true;
    scanner->mode = MODE_COPY_DATA;

    /* 4 more than a piece, so that a marker in it is seen as a whole, and a cut character. */
    size_t start = lexer->pos, most = start + COPY_PIECE;
    sqlscan_window_want(window, most + 4);
    size_t have = lexer->end < most + 4 ? lexer->end : most + 4;
    size_t marker = find_end_marker(lexer->text, start, have, scanner->at_line_begin);
    if (marker == start && marker < have) {
        sqlscan_take_item(scanner, ret, SQL_ITEM_COPY_END, start, start + 2, start + 2);
        scanner->mode = MODE_SQL;
        return true;
    }
    bool at_marker = marker < have && marker <= most;
    size_t limit = have < most ? have : most;
    /* Before a fault or the end only whole lines are data; the rest is part of the error. */
    size_t end = at_marker ? marker : piece_end(lexer->text, start, limit, have);
    bool whole_line = end > start && lexer->text[end - 1] == '\n';
    if (end == start || (have < most && !whole_line))
        return fail_copy(scanner);
    scanner->at_line_begin = whole_line;
    sqlscan_take_item(scanner, ret, SQL_ITEM_COPY_DATA, start, end, end);
    return true;
}
