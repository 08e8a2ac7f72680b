/*
 * DO blocks: the statements in the body are judged like others. Those in a loop or a branch the
 * replay may have passed by, as an empty database has nothing to loop over; what EXECUTE puts
 * together is read as far as it is written down.
 */
#include <string.h>
#include <strings.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "../rules.h"

typedef enum Open { OPEN_NOTHING, OPEN_BLOCK, OPEN_NESTING, OPEN_EXPRESSION } Open;

#define MOST_OPEN 64

typedef struct Body {
    const LintStatement *outer;
    const char *text;
    size_t len;
    size_t shift; /* of the body in the item */
    int nesting;  /* loops, branches and handlers of exceptions */
    Open open[MOST_OPEN];
    size_t open_count;
} Body;

/* The content of a string token without its quotes; *ret_shift is where it begins in the token. */
static char *unquote(Arena *arena, const char *text, const SqlToken *token, size_t *ret_shift)
{
    const char *from = text + token->start;
    if (from[0] == '$') {
        const char *open = memchr(from + 1, '$', token->len - 1);
        size_t tag = open == NULL ? 0 : (size_t)(open - from) + 1;
        *ret_shift = tag;
        if (tag == 0 || token->len < 2 * tag)
            return arena_strdup(arena, "");
        return arena_strndup(arena, from + tag, token->len - 2 * tag);
    }
    size_t at = 0;
    while (at < token->len && from[at] != '\'')
        at++;
    *ret_shift = ++at;
    Buf out = {0};
    for (; at + 1 < token->len; at++) {
        buf_add_char(&out, from[at]);
        if (from[at] == '\'' && from[at + 1] == '\'')
            at++;
    }
    return buf_steal(&out, arena);
}

static void judge_text(const Body *body, const char *text, size_t len, size_t at, bool dynamic)
{
    SqlParseFailure failure;
    Arena *scratch = body->outer->scratch;
    SqlTree *tree = sqlparse_parse(scratch, text, len, &failure);
    if (tree == NULL || sqlparse_tree(tree)->n_stmts != 1)
        return;
    LintStatement inner = *body->outer;
    inner.node = sqlparse_tree(tree)->stmts[0]->stmt;
    inner.text = text;
    inner.len = len;
    inner.shift = body->shift + at;
    inner.inner = true;
    inner.dynamic = dynamic;
    inner.maybe = body->nesting > 0;
    lint_rules_run_tree(&inner);
    lint_names_follow(&inner);
}

/* ---- EXECUTE ---- */

#define UNKNOWN "%I" /* stands in a name for what is computed */

static bool is_name_byte(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           ((unsigned char)c & 0x80) != 0;
}

/* Behind a name that is computed in part, its rest is still that name. */
static void add_text(Buf *sql, const char *text)
{
    bool open = sql->len > 0 && sql->data[sql->len - 1] == '"' && text[0] != '\0' && is_name_byte(text[0]);
    if (open)
        sql->len--;
    for (; open && is_name_byte(*text); text++)
        buf_add_char(sql, *text);
    if (open)
        buf_add_char(sql, '"');
    buf_add_str(sql, text);
}

/* A quoted name, which what stands before it without a blank belongs to. */
static void add_unknown(Buf *sql)
{
    size_t from = sql->len;
    if (from > 0 && sql->data[from - 1] == '"')
        return;
    while (from > 0 && is_name_byte(sql->data[from - 1]))
        from--;
    char begun[64];
    size_t len = sql->len - from;
    if (len >= sizeof(begun))
        return;
    memcpy(begun, sql->data + from, len);
    sql->len = from;
    buf_add_char(sql, '"');
    buf_add(sql, begun, len);
    buf_add_str(sql, UNKNOWN "\"");
}

/* Where the call's brackets close, or `to`; *ret_only is the one string between them, if that is all. */
static size_t call_end(const Body *body, size_t open, size_t to, SqlToken *ret_only)
{
    int depth = 0;
    size_t count = 0;
    for (size_t at = open; at < to;) {
        SqlToken token = sqlscan_token(body->text, to, at);
        if (token.kind == SQL_TOKEN_END)
            return to;
        at = token.end;
        char c = token.kind == SQL_TOKEN_SYMBOL ? body->text[token.start] : ' ';
        depth += (c == '(') - (c == ')');
        if (depth == 0) {
            if (count != 1)
                ret_only->kind = SQL_TOKEN_END;
            return at;
        }
        if (c != '(' || depth > 1) {
            *ret_only = token;
            count++;
        }
    }
    return to;
}

/* quote_ident('x') is a name, quote_literal(x) a constant; what else is computed is some name. */
static size_t add_computed(const Body *body, const SqlToken *token, size_t to, Buf *sql)
{
    SqlToken next = sqlscan_token(body->text, to, token->end), only = {.kind = SQL_TOKEN_END};
    if (next.kind != SQL_TOKEN_SYMBOL || body->text[next.start] != '(') {
        add_unknown(sql);
        return token->end;
    }
    size_t end = call_end(body, next.start, to, &only), shift;
    if (sqlscan_is_word(body->text, token, "quote_literal") ||
        sqlscan_is_word(body->text, token, "quote_nullable"))
        buf_add_str(sql, "'%L'");
    else if (sqlscan_is_word(body->text, token, "quote_ident") && only.kind == SQL_TOKEN_STRING)
        buf_add_str(sql, lint_quoted(body->outer->scratch,
                                     unquote(body->outer->scratch, body->text, &only, &shift)));
    else
        add_unknown(sql);
    return end;
}

/* "CREATE … AS", which a query follows. */
static bool wants_query(const Buf *sql)
{
    size_t at = sql->len;
    while (at > 0 && (sql->data[at - 1] == ' ' || sql->data[at - 1] == '\n'))
        at--;
    return at > 3 && at < sql->len && strncasecmp(sql->data, "CREATE", 6) == 0 &&
           strncasecmp(sql->data + at - 2, "AS", 2) == 0 && strchr(" \n", sql->data[at - 3]) != NULL;
}

/* format()'s own places: %I and %s become names, or a query, %L a constant. */
static char *fill_places(const Body *body, const char *text)
{
    Buf out = {0};
    for (const char *c = text; *c != '\0'; c++) {
        if (c[0] == '%' && c[1] != '\0' && strchr("Is", c[1]) != NULL) {
            bool quoted = out.len > 0 && out.data[out.len - 1] == '"';
            buf_add_str(&out, wants_query(&out) ? "SELECT NULL"
                              : quoted          ? UNKNOWN
                                                : "\"" UNKNOWN "\"");
            c++;
        } else if (c[0] == '%' && c[1] == 'L') {
            buf_add_str(&out, "'%L'");
            c++;
        } else {
            buf_add_char(&out, *c);
        }
    }
    return buf_steal(&out, body->outer->scratch);
}

/* What EXECUTE is given: string constants, with a quoted name for all that is computed. */
static void judge_execute(const Body *body, size_t from, size_t to)
{
    Buf sql = {0};
    bool format = false, any = false;
    int depth = 0;
    for (size_t at = from; at < to;) {
        SqlToken token = sqlscan_token(body->text, to, at);
        if (token.kind == SQL_TOKEN_END || sqlscan_is_word(body->text, &token, "USING") ||
            sqlscan_is_word(body->text, &token, "INTO"))
            break;
        at = token.end;
        if (token.kind == SQL_TOKEN_SYMBOL) {
            char c = body->text[token.start];
            depth += (c == '(') - (c == ')');
            if (format && c == ',' && depth == 1)
                break;
            continue;
        }
        if (sqlscan_is_word(body->text, &token, "format")) {
            format = true;
            continue;
        }
        size_t shift;
        if (token.kind == SQL_TOKEN_STRING) {
            add_text(&sql, unquote(body->outer->scratch, body->text, &token, &shift));
            any = true;
        } else if (!format && any) {
            at = add_computed(body, &token, to, &sql);
        }
    }
    char *text = buf_steal(&sql, body->outer->scratch);
    if (format)
        text = fill_places(body, text);
    if (any)
        judge_text(body, text, strlen(text), from, true);
}

/* ---- the body ---- */

static bool begins_statement(const Body *body, const SqlToken *token)
{
    static const char *const words[] = {"BEGIN", "THEN", "ELSE", "LOOP", "DECLARE"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (sqlscan_is_word(body->text, token, words[i]))
            return true;
    return false;
}

static bool is_judged(const Body *body, const SqlToken *token)
{
    static const char *const words[] = {"ALTER",  "CREATE",  "DROP",    "TRUNCATE", "UPDATE",
                                        "DELETE", "REINDEX", "REFRESH", "CLUSTER"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (sqlscan_is_word(body->text, token, words[i]))
            return true;
    return false;
}

/* Up to the ';' that ends the statement. */
static size_t statement_end(const Body *body, size_t at)
{
    for (;;) {
        SqlToken token = sqlscan_token(body->text, body->len, at);
        if (token.kind == SQL_TOKEN_END)
            return body->len;
        if (token.kind == SQL_TOKEN_SYMBOL && body->text[token.start] == ';')
            return token.start;
        at = token.end;
    }
}

/* A word that opens what an END closes: a block, a loop or a branch, a CASE within an expression. */
static Open opened_by(const Body *body, const SqlToken *token, bool fresh)
{
    if (sqlscan_is_word(body->text, token, "BEGIN"))
        return OPEN_BLOCK;
    if (sqlscan_is_word(body->text, token, "LOOP") || (fresh && sqlscan_is_word(body->text, token, "IF")))
        return OPEN_NESTING;
    if (sqlscan_is_word(body->text, token, "CASE"))
        return fresh ? OPEN_NESTING : OPEN_EXPRESSION;
    return OPEN_NOTHING;
}

static void close_one(Body *body)
{
    if (body->open_count == 0 || body->open_count-- > MOST_OPEN)
        return;
    body->nesting -= body->open[body->open_count] == OPEN_NESTING;
}

static void open_one(Body *body, Open kind)
{
    if (body->open_count < MOST_OPEN)
        body->open[body->open_count] = kind;
    else
        kind = OPEN_NESTING; /* from here on nothing is certain */
    body->open_count++;
    body->nesting += kind == OPEN_NESTING;
}

/* What handles exceptions may never run, and the block that it belongs to ends with it. */
static void enter_handlers(Body *body)
{
    if (body->open_count == 0 || body->open_count > MOST_OPEN ||
        body->open[body->open_count - 1] != OPEN_BLOCK)
        return;
    body->open[body->open_count - 1] = OPEN_NESTING;
    body->nesting++;
}

static void walk(Body *body)
{
    bool fresh = true, ending = false;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(body->text, body->len, at);
        if (token.kind == SQL_TOKEN_END)
            return;
        at = token.end;
        bool end = sqlscan_is_word(body->text, &token, "END");
        Open open = opened_by(body, &token, fresh);
        if (end) {
            close_one(body);
        } else if (open != OPEN_NOTHING && !ending) { /* END LOOP closes what END has closed */
            open_one(body, open);
        } else if (fresh && sqlscan_is_word(body->text, &token, "EXCEPTION")) {
            enter_handlers(body);
        } else if (fresh && is_judged(body, &token)) {
            size_t until = statement_end(body, at);
            judge_text(body, body->text + token.start, until - token.start, token.start, false);
            at = until;
        } else if (fresh && sqlscan_is_word(body->text, &token, "EXECUTE")) {
            size_t until = statement_end(body, at);
            judge_execute(body, token.start + token.len, until);
            at = until;
        }
        ending = end;
        fresh = begins_statement(body, &token) || end ||
                (token.kind == SQL_TOKEN_SYMBOL && body->text[token.start] == ';');
    }
}

void lint_body_read(const LintStatement *s)
{
    /* The body is the only string of the statement that is no language's name. */
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(s->text, s->len, at);
        if (token.kind == SQL_TOKEN_END)
            return;
        at = token.end;
        if (token.kind != SQL_TOKEN_STRING || token.len < 12)
            continue;
        size_t shift;
        Body body = {.outer = s};
        body.text = unquote(s->scratch, s->text, &token, &shift);
        body.len = strlen(body.text);
        body.shift = s->shift + token.start + shift;
        walk(&body);
        return;
    }
}
