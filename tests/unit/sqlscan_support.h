/*
 * What the tests of the splitter share: input that arrives in pieces of a given size, and a listing
 * of the items that a text is split into.
 */
#ifndef DBMIG_TESTS_SQLSCAN_SUPPORT_H
#define DBMIG_TESTS_SQLSCAN_SUPPORT_H

#include "dbmig/text/sqlscan.h"
#include "unit.h"

/* Text that is delivered `piece` bytes at a time; 0: as many as are asked for. */
typedef struct Pieces {
    const char *text;
    size_t len;
    size_t piece;
} Pieces;

static inline bool read_pieces(void *context, void *buffer, size_t size, size_t *ret_len,
                               Error *error)
{
    (void)error;
    Pieces *pieces = context;
    size_t len = pieces->piece > 0 && pieces->piece < size ? pieces->piece : size;
    len = len < pieces->len ? len : pieces->len;
    memcpy(buffer, pieces->text, len);
    pieces->text += len;
    pieces->len -= len;
    *ret_len = len;
    return true;
}

static inline void list_escaped(Buf *out, const char *text, size_t len)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n')
            buf_add_str(out, "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20)
            buf_printf(out, "\\x%02x", c);
        else
            buf_add_char(out, text[i]);
    }
    buf_add_char(out, '"');
}

static inline void list_item(Buf *out, const SqlItem *item)
{
    static const char *const kinds[] = {
        [SQL_ITEM_STATEMENT] = "statement", [SQL_ITEM_COPY] = "copy",
        [SQL_ITEM_COPY_DATA] = "copy-data", [SQL_ITEM_COPY_END] = "copy-end",
        [SQL_ITEM_META] = "meta",           [SQL_ITEM_END] = "end",
    };
    static const char *const verbs[] = {
        [SQL_VERB_OTHER] = "",
        [SQL_VERB_BEGIN] = "BEGIN",
        [SQL_VERB_COMMIT] = "COMMIT",
        [SQL_VERB_ROLLBACK] = "ROLLBACK",
        [SQL_VERB_SAVEPOINT] = "SAVEPOINT",
        [SQL_VERB_PREPARE_TRANSACTION] = "PREPARE_TRANSACTION",
        [SQL_VERB_COMMIT_PREPARED] = "COMMIT_PREPARED",
        [SQL_VERB_SET] = "SET",
        [SQL_VERB_SET_LOCAL] = "SET_LOCAL",
        [SQL_VERB_SET_TRANSACTION] = "SET_TRANSACTION",
        [SQL_VERB_SET_ROLE] = "SET_ROLE",
        [SQL_VERB_RESET] = "RESET",
        [SQL_VERB_DISCARD] = "DISCARD",
        [SQL_VERB_PREPARE] = "PREPARE",
        [SQL_VERB_DEALLOCATE] = "DEALLOCATE",
        [SQL_VERB_LISTEN] = "LISTEN",
        [SQL_VERB_COPY] = "COPY",
        [SQL_VERB_SELECT] = "SELECT",
        [SQL_VERB_INSERT] = "INSERT",
        [SQL_VERB_UPDATE] = "UPDATE",
        [SQL_VERB_DELETE] = "DELETE",
        [SQL_VERB_MERGE] = "MERGE",
        [SQL_VERB_CREATE] = "CREATE",
        [SQL_VERB_ALTER] = "ALTER",
        [SQL_VERB_DROP] = "DROP",
        [SQL_VERB_DO] = "DO",
        [SQL_VERB_CALL] = "CALL",
        [SQL_VERB_VACUUM] = "VACUUM",
        [SQL_VERB_ANALYZE] = "ANALYZE",
        [SQL_VERB_REINDEX] = "REINDEX",
        [SQL_VERB_CLUSTER] = "CLUSTER",
        [SQL_VERB_REFRESH] = "REFRESH",
        [SQL_VERB_TRUNCATE] = "TRUNCATE",
        [SQL_VERB_GRANT] = "GRANT",
        [SQL_VERB_COMMENT] = "COMMENT",
    };
    buf_printf(out, "%s %zu:%zu @%llu+%zu", kinds[item->kind], item->line, item->column,
               (unsigned long long)item->offset, item->len);
    if (item->verb != SQL_VERB_OTHER)
        buf_printf(out, " %s", verbs[item->verb]);
    if (item->terminated)
        buf_add_str(out, " ;");
    if (item->inside_transaction_forbidden)
        buf_add_str(out, " outside-transaction");
    if (item->forbidden_below > 0)
        buf_printf(out, "<%d", item->forbidden_below);
    if (item->concurrently)
        buf_add_str(out, " concurrently");
    if (item->backslash_strings)
        buf_add_str(out, " backslash-strings");
    if (item->lead_len > 0) {
        buf_add_str(out, " lead ");
        list_escaped(out, item->lead, item->lead_len);
    }
    buf_add_str(out, "\n    ");
    list_escaped(out, item->text, item->len);
    buf_add_char(out, '\n');
}

/* What the text splits into, a listing with any error at its end; in the arena. */
static inline char *list_items(const char *text, size_t len, size_t piece)
{
    Pieces pieces = {text, len, piece};
    Arena *scratch = arena_new();
    SqlScanner *scanner = sqlscan_begin(scratch, "file.sql", read_pieces, &pieces);
    Buf out = {0};
    SqlItem item = {0};
    Error error = {0};
    do {
        if (!sqlscan_next(scanner, &item, &error)) {
            buf_printf(&out, "error %zu:%zu %s\n", error.line, error.column, error.primary);
            buf_printf(&out, "    %s\n", error.hint ? error.hint : "(no hint)");
            break;
        }
        ck_assert_int_eq(item.text[item.len], '\0');
        list_item(&out, &item);
    } while (item.kind != SQL_ITEM_END);
    error_clear(&error);
    sqlscan_end(scanner);
    arena_free(scratch);
    return buf_steal(&out, arena);
}

#endif
