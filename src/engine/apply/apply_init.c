/*
 * What a session begins with: the user's init SQL and role. Runs before the history is looked for,
 * so that search_path and rights are those of the migrations.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/file.h"

/* LOAD has no verb of its own. */
static bool sets_up_session(const SqlItem *item)
{
    static const char load[] = "load";
    SqlToken first = sqlscan_token(item->text, item->len, 0);
    if (sqlscan_is_word(item->text, &first, load))
        return true;
    return item->verb == SQL_VERB_SET || item->verb == SQL_VERB_SET_ROLE ||
           item->verb == SQL_VERB_RESET || item->verb == SQL_VERB_SELECT;
}

static bool read_file(Arena *arena, const char *path, StringList *ret, size_t *ret_others,
                      Error *err)
{
    Bytes content;
    SqlItem item;
    if (!file_read(arena, path, &content, err))
        return false;
    SqlScanner *scanner = sqlscan_begin_text(arena, path, content.data, content.len);
    for (;;) {
        if (!sqlscan_next(scanner, &item, err))
            return false;
        if (item.kind == SQL_ITEM_END)
            return true;
        if (item.kind == SQL_ITEM_STATEMENT && sets_up_session(&item))
            VEC_PUSH(arena, *ret, arena_strndup(arena, item.text, item.len));
        else if (item.kind == SQL_ITEM_STATEMENT || item.kind == SQL_ITEM_COPY)
            (*ret_others)++;
    }
}

bool apply_init_sql(Arena *arena, const StringList *files, StringList *ret, size_t *ret_others,
                    Error *err)
{
    *ret = (StringList){0};
    *ret_others = 0;
    for (size_t i = 0; files != NULL && i < files->count; i++) {
        if (!read_file(arena, files->items[i], ret, ret_others, err))
            return error_prefix(err, "init SQL");
    }
    return true;
}

bool apply_begin_session(Arena *arena, Session *session, const ApplyOptions *options, Error *err)
{
    size_t count = options->init_sql != NULL ? options->init_sql->count : 0;
    if (session_pooled(session)) {
        if (count == 0)
            return true;
        error_set(err, EXIT_USAGE, "init SQL cannot be kept through a transaction pooler");
        return error_hint(err, "Connect to the server itself, not to its pooler.");
    }
    Buf sql = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&sql, "%s;\n", options->init_sql->items[i]);
    bool done =
        count == 0 || session_exec(session, buf_text(&sql), err) || error_prefix(err, "init SQL");
    buf_free(&sql);
    if (!done || options->role == NULL)
        return done;
    if (session_execf(session, err, "SET ROLE %s", session_quote_identifier(arena, options->role)))
        return true;
    error_prefix(err, "could not take the role %s", options->role);
    ApplyOptions without = *options;
    without.role = NULL; /* it is the user who lacks the right */
    apply_denied(arena, session, &without, err);
    return false;
}
