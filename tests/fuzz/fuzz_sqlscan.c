/*
 * Any bytes through the splitter: no item overlaps another or leaves input out, small pieces give
 * the same items as one piece, each token look-up ends, masking and excerpts stand anything. Seeds:
 * tests/golden/sqlscan.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/text/directive.h"
#include "dbmig/text/sqlscan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Pieces {
    const char *text;
    size_t len;
    size_t piece;
} Pieces;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool read_pieces(void *context, void *buffer, size_t size, size_t *ret_len, Error *err)
{
    (void)err;
    Pieces *pieces = context;
    size_t len = pieces->piece > 0 && pieces->piece < size ? pieces->piece : size;
    len = len < pieces->len ? len : pieces->len;
    if (len > 0)
        memcpy(buffer, pieces->text, len);
    pieces->text += len;
    pieces->len -= len;
    *ret_len = len;
    return true;
}

/* The item's bytes are those of the input at its place, and it starts where the last one ended. */
static void check_cover(const SqlItem *item, const char *text, size_t len, size_t *covered)
{
    size_t start = (size_t)item->offset;
    check(start <= len && item->lead_len <= start && start - item->lead_len == *covered);
    check(item->len <= len - start && item->text[item->len] == '\0');
    check(memcmp(item->text, text + start, item->len) == 0);
    check(item->lead_len == 0 || memcmp(item->lead, text + *covered, item->lead_len) == 0);
    *covered = start + item->len;
    if (item->terminated)
        check(*covered < len && text[(*covered)++] == ';');
    check(item->kind != SQL_ITEM_END || *covered == len);
}

static void use_item(Arena *arena, const SqlItem *item)
{
    size_t line, column, at = 0;
    sqlscan_place(item, item->len / 2, &line, &column);
    check(line >= item->line && column >= 1);
    for (;;) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        check(token.start >= at && token.start + token.len == token.end && token.end <= item->len);
        if (token.kind == SQL_TOKEN_END)
            break;
        check(token.end > at);
        sqlscan_identifier(arena, item->text, &token);
        at = token.end;
    }
    DirectiveList list = {0};
    directive_read_lead(arena, item->lead, item->lead_len, item->line, &list);
}

/* Everything that the items and the error say, for comparison. */
static void list_items(Arena *arena, const char *text, size_t len, size_t piece, Buf *ret)
{
    Pieces pieces = {text, len, piece};
    SqlScanner *scanner = sqlscan_begin(arena, "f", read_pieces, &pieces);
    size_t covered = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    SqlItem item = {0};
    Error err = {0};
    do {
        if (!sqlscan_next(scanner, &item, &err)) {
            check(err.code == EXIT_USAGE && err.line > 0 && err.column > 0);
            buf_printf(ret, "%zu %zu %s", err.line, err.column, err.primary);
            break;
        }
        check_cover(&item, text, len, &covered);
        buf_printf(ret, "%d %d %zu %llu %zu %zu\n", (int)item.kind, (int)item.verb, item.len,
                   (unsigned long long)item.offset, item.line, item.column);
        if (piece == 0)
            use_item(arena, &item);
    } while (item.kind != SQL_ITEM_END);
    error_clear(&err);
    sqlscan_end(scanner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    Arena *arena = arena_new();
    Buf whole = {0}, small = {0};
    list_items(arena, text, size, 0, &whole);
    list_items(arena, text, size, 1 + size % 7, &small);
    check(strcmp(buf_text(&whole), buf_text(&small)) == 0);
    sqlscan_mask_passwords(arena, text, size);
    sqlscan_excerpt(arena, text, size, size / 2);
    DirectiveList list = {0};
    directive_read_head(arena, text, size, &list);
    directive_sum_ignored(text, size);
    buf_free(&whole);
    buf_free(&small);
    arena_free(arena);
    return 0;
}
