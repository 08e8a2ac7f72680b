/*
 * DO blocks: the statements in the body are judged like others. Those in a loop or a branch the
 * replay may have passed by, as an empty database has nothing to loop over; what EXECUTE puts
 * together is read as far as it is written down.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "../lint_private.h"

typedef struct Body {
    const LintStatement *outer;
    const char *text;
    size_t len;
    size_t shift; /* of the body in the item */
    int nesting;  /* loops and branches */
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
    lint_apply_rules(&inner);
    lint_names_follow(&inner);
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
            buf_add_str(&sql, unquote(body->outer->scratch, body->text, &token, &shift));
            any = true;
        } else if (!format && depth == 0 && any && sql.len > 0 && sql.data[sql.len - 1] != '"') {
            buf_add_str(&sql, "\"%I\"");
        }
    }
    char *text = buf_steal(&sql, body->outer->scratch);
    /* format()'s own places: %I and %s become names, %L a constant. */
    Buf out = {0};
    for (const char *c = text; *c != '\0'; c++) {
        if (format && c[0] == '%' && c[1] != '\0' && strchr("Is", c[1]) != NULL) {
            bool quoted = out.len > 0 && out.data[out.len - 1] == '"';
            buf_add_str(&out, quoted ? "%I" : "\"%I\"");
            c++;
        } else if (format && c[0] == '%' && c[1] == 'L') {
            buf_add_str(&out, "'%L'");
            c++;
        } else {
            buf_add_char(&out, *c);
        }
    }
    text = buf_steal(&out, body->outer->scratch);
    if (any)
        judge_text(body, text, strlen(text), from, true);
}

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

static void walk(Body *body)
{
    bool fresh = true, ending = false;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(body->text, body->len, at);
        if (token.kind == SQL_TOKEN_END)
            return;
        at = token.end;
        bool opens = sqlscan_is_word(body->text, &token, "LOOP") ||
                     (fresh && sqlscan_is_word(body->text, &token, "IF")) ||
                     (fresh && sqlscan_is_word(body->text, &token, "CASE")) ||
                     (fresh && sqlscan_is_word(body->text, &token, "EXCEPTION"));
        if (opens && ending) {
            body->nesting--;
        } else if (opens) {
            body->nesting++;
        } else if (fresh && is_judged(body, &token)) {
            size_t end = statement_end(body, at);
            judge_text(body, body->text + token.start, end - token.start, token.start, false);
            at = end;
        } else if (fresh && sqlscan_is_word(body->text, &token, "EXECUTE")) {
            size_t end = statement_end(body, at);
            judge_execute(body, token.start + token.len, end);
            at = end;
        }
        ending = sqlscan_is_word(body->text, &token, "END");
        fresh = begins_statement(body, &token) || ending ||
                (token.kind == SQL_TOKEN_SYMBOL && body->text[token.start] == ';');
    }
}

void lint_rules_body(const LintStatement *s)
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
