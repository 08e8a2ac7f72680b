#include "dbmig/engine/sqlfile.h"

#include "dbmig/base/file.h"
#include "dbmig/text/sqlscan.h"

static bool run_item(Session *session, const SqlItem *item, Error *err)
{
    SessionOutcome outcome;
    switch (item->kind) {
    case SQL_ITEM_STATEMENT:
        return session_run(session, item->text, item->len, &outcome, err);
    case SQL_ITEM_COPY:
        return session_copy_begin(session, item->text, item->len, &outcome, err);
    case SQL_ITEM_COPY_DATA:
        return session_copy_put(session, item->text, item->len, err);
    case SQL_ITEM_COPY_END:
        return session_copy_end(session, &outcome, err);
    default:
        return true;
    }
}

bool sqlfile_run(Arena *arena, Session *session, const char *path, Error *err)
{
    Bytes content;
    SqlItem item = {0};
    if (!file_read(arena, path, &content, err))
        return false;
    SqlScanner *scanner = sqlscan_begin_text(arena, path, content.data, content.len);
    bool done = true;
    while (done && (done = sqlscan_next(scanner, &item, err)) && item.kind != SQL_ITEM_END) {
        done = run_item(session, &item, err);
        if (!done)
            error_at(err, path, item.line, item.column);
    }
    sqlscan_end(scanner);
    return done;
}
