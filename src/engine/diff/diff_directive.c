/*
 * `-- dbmig:renamed_from OLD` in the SQL of a schema source: above a CREATE (or ALTER TABLE … ADD), about
 * what it makes; above a line inside it, about the column, constraint or value that follows.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"
#include "dbmig/text/directive.h"
#include "dbmig/text/sqlscan.h"

static const char directive_name[] = "renamed_from";

typedef struct Reading {
    Arena *arena;
    const char *file;
    const SqlItem *item;
    RenameWishes *ret;
    bool behind; /* an item stands in front of this one */
} Reading;

static SqlToken next(const Reading *reading, size_t from)
{
    return sqlscan_token(reading->item->text, reading->item->len, from);
}

static bool is_word(const Reading *reading, const SqlToken *token, const char *word)
{
    return sqlscan_is_word(reading->item->text, token, word);
}

static bool is_name(const SqlToken *token)
{
    return token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_QUOTED_WORD;
}

static bool is_symbol(const Reading *reading, const SqlToken *token, char symbol)
{
    return token->kind == SQL_TOKEN_SYMBOL && reading->item->text[token->start] == symbol;
}

/* The name as it is written, quotes included: "a.b". *at is then behind it; "" when there is none. */
static char *take_name(const Reading *reading, size_t *at)
{
    Buf out = {0};
    SqlToken token = next(reading, *at);
    while (is_name(&token)) {
        buf_add(&out, reading->item->text + token.start, token.len);
        *at = token.end;
        token = next(reading, *at);
        if (!is_symbol(reading, &token, '.'))
            break;
        buf_add_char(&out, '.');
        token = next(reading, token.end);
    }
    return buf_steal(&out, reading->arena);
}

/* Over words that stand between what is made and its name: CONCURRENTLY, IF NOT EXISTS, ONLY. */
static size_t skip_fillers(const Reading *reading, size_t at)
{
    static const char *const fillers[] = {"concurrently", "if", "not", "exists", "only"};
    for (bool again = true; again;) {
        SqlToken token = next(reading, at);
        again = false;
        for (size_t i = 0; i < ARRAY_LENGTH(fillers); i++)
            again = again || is_word(reading, &token, fillers[i]);
        if (again)
            at = token.end;
    }
    return at;
}

/* "t" of CREATE TRIGGER c … ON t, CREATE POLICY c ON t. */
static const char *table_behind_on(const Reading *reading, size_t at)
{
    for (SqlToken token = next(reading, at); token.kind != SQL_TOKEN_END; token = next(reading, token.end)) {
        if (is_word(reading, &token, "on")) {
            size_t behind = skip_fillers(reading, token.end);
            return take_name(reading, &behind);
        }
    }
    return "";
}

/* ALTER TABLE t ADD [COLUMN | CONSTRAINT] c */
static const char *altered_name(const Reading *reading, size_t at)
{
    at = skip_fillers(reading, at);
    const char *table = take_name(reading, &at);
    SqlToken token = next(reading, at);
    if (!is_word(reading, &token, "add"))
        return table;
    at = token.end;
    token = next(reading, at);
    if (is_word(reading, &token, "column") || is_word(reading, &token, "constraint"))
        at = skip_fillers(reading, token.end);
    return arena_printf(reading->arena, "%s.%s", table, take_name(reading, &at));
}

/* The name of what the statement makes, as a path; NULL when it makes nothing with a name. */
static const char *made_name(const Reading *reading)
{
    static const char *const kinds[] = {"table", "view", "sequence", "index", "type", "domain", "function",
                                        "procedure", "schema", "statistics"};
    SqlToken token = next(reading, 0);
    bool alter = is_word(reading, &token, "alter");
    if (!alter && !is_word(reading, &token, "create"))
        return NULL;
    for (token = next(reading, token.end); token.kind == SQL_TOKEN_WORD; token = next(reading, token.end)) {
        size_t at = skip_fillers(reading, token.end);
        if (is_word(reading, &token, "trigger") || is_word(reading, &token, "policy")) {
            const char *name = take_name(reading, &at);
            return arena_printf(reading->arena, "%s.%s", table_behind_on(reading, at), name);
        }
        if (alter && is_word(reading, &token, "table"))
            return altered_name(reading, token.end);
        for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
            if (is_word(reading, &token, kinds[i]))
                return take_name(reading, &at);
        }
    }
    return NULL;
}

/* ---- wishes ---- */

static bool fail(const Reading *reading, size_t line, const char *why, Error *err)
{
    error_set(err, EXIT_USAGE, "dbmig:%s %s", directive_name, why);
    return error_at(err, reading->file, line, 0);
}

/* One that is not obeyed is never passed over: the plan would drop what was renamed. */
static bool is_meant(const Reading *reading, const Directive *directive, bool *ret_ok, Error *err)
{
    *ret_ok = true;
    if (!text_equal(directive->name, directive_name) || directive->atlas)
        return false;
    if (directive->lookalike)
        *ret_ok = fail(reading, directive->line,
                       "must stand in a -- comment on a line of its own above what was renamed", err);
    return !directive->lookalike;
}

/* The line that a lead begins on. */
static size_t lead_line(const SqlItem *item)
{
    size_t newlines = 0;
    for (size_t i = 0; i < item->lead_len; i++)
        newlines += item->lead[i] == '\n';
    return item->line - newlines;
}

static bool add_wish(const Reading *reading, const Directive *directive, const char *old, const char *new,
                     Error *err)
{
    if (directive->args[0] == '\0')
        return fail(reading, directive->line, "needs the old name after it", err);
    if (!new || new[0] == '\0')
        return fail(reading, directive->line, "stands above nothing that has a name", err);
    RenameWish wish = {
        .old_name = old,
        .new_name = new,
        .directive = true,
        .file = reading->file,
        .line = directive->line,
    };
    VEC_PUSH(reading->arena, *reading->ret, wish);
    return true;
}

/* The comments of a text that begins behind something on its first line. */
static void read_behind(const Reading *reading, const char *text, size_t len, size_t line,
                        DirectiveList *ret)
{
    /* A lead on line 1 would be taken for one that begins there. */
    directive_read_lead(reading->arena, text, len, 2, ret);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i].line += line - 2;
}

static bool read_lead(const Reading *reading, Error *err)
{
    DirectiveList list = {0};
    const SqlItem *item = reading->item;
    if (reading->behind)
        read_behind(reading, item->lead, item->lead_len, lead_line(item), &list);
    else
        directive_read_lead(reading->arena, item->lead, item->lead_len, lead_line(item), &list);
    for (size_t i = 0; i < list.count; i++) {
        const Directive *directive = &list.items[i];
        bool ok, stands = reading->item->kind == SQL_ITEM_STATEMENT;
        if (is_meant(reading, directive, &ok, err))
            ok = add_wish(reading, directive, directive->args, stands ? made_name(reading) : NULL, err);
        if (!ok)
            return false;
    }
    return true;
}

/* The word behind a comment inside a statement: a column, CONSTRAINT c, or an enum's value. */
static char *part_name(const Reading *reading, SqlToken token)
{
    if (is_word(reading, &token, "constraint") || is_word(reading, &token, "column"))
        token = next(reading, token.end);
    if (!is_name(&token) && token.kind != SQL_TOKEN_STRING)
        return NULL;
    return arena_strndup(reading->arena, reading->item->text + token.start, token.len);
}

static bool add_part(const Reading *reading, const Directive *directive, const SqlToken *token, Error *err)
{
    const char *whole = made_name(reading), *name = part_name(reading, *token);
    if (!whole || !name)
        return add_wish(reading, directive, directive->args, NULL, err);
    return add_wish(reading, directive, directive->args,
                    arena_printf(reading->arena, "%s.%s", whole, name), err);
}

static bool read_inside(const Reading *reading, Error *err)
{
    size_t end = 0, line, column;
    for (bool more = true; more;) {
        SqlToken token = next(reading, end);
        DirectiveList list = {0};
        more = token.kind != SQL_TOKEN_END;
        if (token.start > end + 2) {
            sqlscan_place(reading->item, end, &line, &column);
            read_behind(reading, reading->item->text + end, token.start - end, line, &list);
        }
        for (size_t i = 0; i < list.count; i++) {
            bool ok;
            if (is_meant(reading, &list.items[i], &ok, err))
                ok = add_part(reading, &list.items[i], &token, err);
            if (!ok)
                return false;
        }
        end = token.end;
    }
    return true;
}

bool diff_read_directives(Arena *arena, const char *name, const char *sql, size_t len, RenameWishes *ret,
                          Error *err)
{
    SqlItem item;
    Reading reading = {.arena = arena, .file = arena_strdup(arena, name), .item = &item, .ret = ret};
    if (!memmem(sql, len, directive_name, strlen(directive_name)))
        return true;
    SqlScanner *scanner = sqlscan_begin_text(arena, name, sql, len);
    bool done;
    do {
        done = sqlscan_next(scanner, &item, err) && read_lead(&reading, err) &&
               (item.kind != SQL_ITEM_STATEMENT || read_inside(&reading, err));
        reading.behind = true;
    } while (done && item.kind != SQL_ITEM_END);
    sqlscan_end(scanner);
    return done;
}
