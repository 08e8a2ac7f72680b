/*
 * Splits SQL text into statements, COPY data and ignorable meta-commands: see sqlscan.h. The rules
 * of psql's scanner decide, and where they are a guess (BEGIN ATOMIC), the server's grammar: in a
 * routine body every statement ends with ';', so the END that closes it follows a ';' or ATOMIC.
 */
#include "dbmig/text/sqlscan.h"

#include <string.h>

#include "sqlscan_internal.h"

/* What is known of the statement being read. Positions are in the window. */
typedef struct Statement {
    bool begun;
    size_t start, end; /* of its tokens so far */
    size_t depth;      /* of parentheses */
    enum {
        HEAD_START,
        HEAD_CREATE,
        HEAD_OR,
        HEAD_REPLACE,
        HEAD_ROUTINE, /* CREATE [OR REPLACE] FUNCTION | PROCEDURE */
        HEAD_OTHER,
    } head;
    bool after_begin; /* the last token was BEGIN */
    size_t begin;     /* where */
    bool atomic;      /* inside BEGIN ATOMIC … END */
    bool body_edge;   /* the last token was ATOMIC or a ';' of the body */
} Statement;

typedef enum Step { STEP_ON, STEP_COMPLETE, STEP_META, STEP_FAILED } Step;

typedef struct TextSource {
    const char *text;
    size_t len;
} TextSource;

static bool read_text(void *context, void *buffer, size_t size, size_t *ret_len, Error *err)
{
    (void)err;
    TextSource *source = context;
    size_t len = source->len < size ? source->len : size;
    if (len > 0)
        memcpy(buffer, source->text, len);
    source->text += len;
    source->len -= len;
    *ret_len = len;
    return true;
}

SqlScanner *sqlscan_begin(Arena *arena, const char *name, SqlReadFunction read, void *context)
{
    SqlScanner *scanner = arena_alloc(arena, sizeof(*scanner));
    scanner->arena = arena;
    scanner->name = arena_strdup(arena, name);
    sqlscan_window_begin(&scanner->window, read, context);
    return scanner;
}

SqlScanner *sqlscan_begin_text(Arena *arena, const char *name, const char *text, size_t len)
{
    TextSource *source = arena_alloc(arena, sizeof(*source));
    *source = (TextSource){text, len};
    return sqlscan_begin(arena, name, read_text, source);
}

void sqlscan_end(SqlScanner *scanner)
{
    if (!scanner)
        return;
    sqlscan_window_free(&scanner->window);
    scanner->cut = NULL;
    scanner->mode = MODE_END;
}

static void restore_text(SqlScanner *scanner)
{
    if (scanner->cut)
        *scanner->cut = scanner->cut_byte;
    scanner->cut = NULL;
}

void sqlscan_take_item(SqlScanner *scanner, SqlItem *ret, SqlItemKind kind, size_t start,
                       size_t end, size_t next)
{
    Window *window = &scanner->window;
    *ret = (SqlItem){.kind = kind, .lead = window->lexer.text, .lead_len = start};
    sqlscan_window_consume(window, start);
    ret->text = window->lexer.text;
    ret->len = end - start;
    ret->offset = window->offset;
    ret->line = window->place.line;
    ret->column = window->place.column;
    ret->backslash_strings = scanner->strings.now;
    scanner->cut = window->buf.data + window->head + ret->len;
    sqlscan_window_consume(window, next - start);
    scanner->cut_byte = *scanner->cut;
    *scanner->cut = '\0';
}

bool sqlscan_fail_at_fault(SqlScanner *scanner)
{
    Window *window = &scanner->window;
    if (window->fault == FAULT_READ)
        return false;
    size_t at = window->lexer.end;
    unsigned char byte = (unsigned char)window->buf.data[window->head + at];
    if (window->fault == FAULT_NUL)
        sqlscan_window_error(window, scanner->name, at, scanner->err,
                             "NUL byte (0x00) in the text");
    else
        sqlscan_window_error(window, scanner->name, at, scanner->err, "invalid UTF-8: byte 0x%02X",
                             byte);
    if (window->offset + at < 2 && (byte == 0 || byte >= 0xfe))
        error_hint(scanner->err, "The file looks like UTF-16. Save it as UTF-8, for example with "
                                 "iconv -f UTF-16 -t UTF-8.");
    else if (window->fault == FAULT_NUL)
        error_hint(scanner->err, "PostgreSQL's text knows no NUL; remove the byte.");
    else if (scanner->mode != MODE_SQL)
        error_hint(scanner->err, "Files are sent as UTF-8, COPY data too. Convert the file, for "
                                 "example with iconv -f LATIN1 -t UTF-8, and remove a SET "
                                 "client_encoding.");
    else
        error_hint(scanner->err,
                   "Save the file as UTF-8, for example with iconv -f LATIN1 -t UTF-8.");
    return false;
}

bool sqlscan_fail_unclosed(SqlScanner *scanner, const LexToken *token)
{
    static const struct {
        const char *primary, *hint;
    } texts[] = {
        [UNCLOSED_STRING] =
            {"unterminated quoted string",
             "The quote that opens here is never closed. A quote inside a string is "
             "written twice ('')."},
        [UNCLOSED_IDENTIFIER] = {"unterminated quoted identifier",
                                 "The double quote that opens here is never closed."},
        [UNCLOSED_DOLLAR] = {"unterminated dollar-quoted string",
                             "The tag that opens here does not come again."},
        [UNCLOSED_COMMENT] = {"unterminated /* comment",
                              "Comments nest: each /* inside needs a */ of its own."},
    };
    if (scanner->window.fault != FAULT_NONE)
        return sqlscan_fail_at_fault(scanner);
    sqlscan_window_error(&scanner->window, scanner->name, token->start, scanner->err, "%s",
                         texts[token->unclosed].primary);
    return error_hint(scanner->err, "%s", texts[token->unclosed].hint);
}

/* The input ended: a statement may be complete without its ';', but nothing may be open. */
static Step at_end_of_input(SqlScanner *scanner, const Statement *statement)
{
    Window *window = &scanner->window;
    if (window->fault != FAULT_NONE) {
        sqlscan_fail_at_fault(scanner);
        return STEP_FAILED;
    }
    if (statement->depth > 0) {
        size_t at =
            statement->depth < SQLSCAN_DEEPEST_PLACED ? statement->depth : SQLSCAN_DEEPEST_PLACED;
        sqlscan_window_error(window, scanner->name, scanner->opened[at - 1], scanner->err,
                             "unterminated parenthesis");
        error_hint(scanner->err, "The parenthesis that opens here is never closed; a ';' inside "
                                 "parentheses ends no statement.");
        return STEP_FAILED;
    }
    if (statement->atomic) {
        sqlscan_window_error(window, scanner->name, statement->begin, scanner->err,
                             "unterminated BEGIN ATOMIC");
        error_hint(scanner->err, "The body ends with END, and each statement in it with ';', the "
                                 "last one too.");
        return STEP_FAILED;
    }
    return STEP_COMPLETE;
}

static void follow_head(Statement *statement, const Lexer *lexer, const LexToken *token)
{
    static const struct {
        int from, to;
        const char *word;
    } moves[] = {
        {HEAD_START, HEAD_CREATE, "CREATE"},       {HEAD_CREATE, HEAD_OR, "OR"},
        {HEAD_OR, HEAD_REPLACE, "REPLACE"},        {HEAD_CREATE, HEAD_ROUTINE, "FUNCTION"},
        {HEAD_CREATE, HEAD_ROUTINE, "PROCEDURE"},  {HEAD_REPLACE, HEAD_ROUTINE, "FUNCTION"},
        {HEAD_REPLACE, HEAD_ROUTINE, "PROCEDURE"},
    };
    int from = statement->head;
    statement->head = HEAD_OTHER;
    for (size_t i = 0; i < ARRAY_LENGTH(moves); i++) {
        if (moves[i].from == from && sqllex_is_word(lexer, token, moves[i].word))
            statement->head = moves[i].to;
    }
}

/* Finds BEGIN ATOMIC and its END outside parentheses. */
static void follow_body(Statement *statement, const Lexer *lexer, const LexToken *token)
{
    bool after_begin = statement->after_begin, body_edge = statement->body_edge;
    statement->after_begin = statement->body_edge = false;
    if (statement->depth > 0 || token->kind != LEX_WORD)
        return;
    if (statement->atomic) {
        if (body_edge && sqllex_is_word(lexer, token, "END"))
            statement->atomic = false;
    } else if (after_begin && sqllex_is_word(lexer, token, "ATOMIC")) {
        statement->atomic = statement->body_edge = true;
    } else if (sqllex_is_word(lexer, token, "BEGIN")) {
        statement->after_begin = true;
        statement->begin = token->start;
    }
}

static Step follow_symbol(SqlScanner *scanner, Statement *statement, const LexToken *token)
{
    switch (scanner->window.lexer.text[token->start]) {
    case '(':
        if (statement->depth < SQLSCAN_DEEPEST_PLACED)
            scanner->opened[statement->depth] = token->start;
        statement->depth++;
        return STEP_ON;
    case ')':
        statement->depth -= statement->depth > 0;
        return STEP_ON;
    case ';':
        if (statement->depth > 0)
            return STEP_ON;
        statement->body_edge = statement->atomic;
        return statement->atomic ? STEP_ON : STEP_COMPLETE;
    case '\\':
        return STEP_META;
    default:
        return STEP_ON;
    }
}

static Step follow_token(SqlScanner *scanner, Statement *statement, const LexToken *token)
{
    const Lexer *lexer = &scanner->window.lexer;
    if (token->kind == LEX_UNCLOSED)
        return sqlscan_fail_unclosed(scanner, token) ? STEP_ON : STEP_FAILED;
    if (token->kind == LEX_END)
        return at_end_of_input(scanner, statement);
    if (statement->head == HEAD_ROUTINE)
        follow_body(statement, lexer, token);
    else if (statement->head != HEAD_OTHER)
        follow_head(statement, lexer, token);
    Step step = token->kind == LEX_SYMBOL ? follow_symbol(scanner, statement, token) : STEP_ON;
    if (step == STEP_ON) {
        if (!statement->begun)
            statement->start = token->start;
        statement->begun = true;
        statement->end = token->end;
    }
    return step;
}

/* Reads the rest of a meta-command's line; yields it when it may be ignored, else fails. */
static bool take_meta(SqlScanner *scanner, const Statement *statement, size_t start, SqlItem *ret)
{
    Window *window = &scanner->window;
    Lexer *lexer = &window->lexer;
    int c;
    while ((c = sqllex_peek(lexer, 0)) >= 0 && c != '\n' && c != '\r')
        lexer->pos++;
    if (window->fault != FAULT_NONE && c < 0)
        return sqlscan_fail_at_fault(scanner);
    const char *text = lexer->text + start;
    size_t len = lexer->pos - start;
    if (!statement->begun && sqlscan_meta_ignored(text, len)) {
        sqlscan_take_item(scanner, ret, SQL_ITEM_META, start, start + len, start + len);
        return true;
    }
    Arena *scratch = arena_new();
    const char *hint = NULL;
    const char *primary = sqlscan_meta_refusal(scratch, text, len, statement->begun, &hint);
    sqlscan_window_error(window, scanner->name, start, scanner->err, "%s", primary);
    if (hint)
        error_hint(scanner->err, "%s", hint);
    arena_free(scratch);
    return false;
}

/* The end of the file: what is left is its lead, which has to outlive the window. */
static bool take_end(SqlScanner *scanner, SqlItem *ret)
{
    Window *window = &scanner->window;
    size_t len = window->lexer.end;
    char *lead = arena_strndup(scanner->arena, window->lexer.text, len);
    sqlscan_window_consume(window, len);
    *ret = (SqlItem){.kind = SQL_ITEM_END,
                     .text = "",
                     .offset = window->offset,
                     .line = window->place.line,
                     .column = window->place.column,
                     .lead = lead,
                     .lead_len = len,
                     .backslash_strings = scanner->strings.now};
    scanner->mode = MODE_END;
    sqlscan_window_free(window);
    return true;
}

static bool fail_binary_copy(SqlScanner *scanner, const SqlItem *item)
{
    error_set(scanner->err, EXIT_USAGE, "binary COPY data cannot stand in a SQL file");
    error_at(scanner->err, scanner->name, item->line, item->column);
    return error_hint(scanner->err, "Write the data in COPY's text or csv format.");
}

static bool take_statement(SqlScanner *scanner, const Statement *statement, bool terminated,
                           size_t next, SqlItem *ret)
{
    size_t end = terminated ? next - 1 : statement->end;
    sqlscan_take_item(scanner, ret, SQL_ITEM_STATEMENT, statement->start, end,
                      terminated ? next : end);
    ret->terminated = terminated;
    sqlscan_classify(ret);
    sqlscan_follow_setting(&scanner->strings, ret);
    scanner->window.lexer.backslash_strings = scanner->strings.now;
    CopyClass copy = sqlscan_classify_copy(ret);
    if (copy == COPY_BINARY_FROM_STDIN)
        return fail_binary_copy(scanner, ret);
    if (copy == COPY_TEXT_FROM_STDIN) {
        ret->kind = SQL_ITEM_COPY;
        scanner->mode = MODE_COPY_START;
        scanner->copy_place = (Place){ret->line, ret->column};
    }
    return true;
}

static bool next_statement(SqlScanner *scanner, SqlItem *ret)
{
    Statement statement = {0};
    for (;;) {
        LexToken token = sqllex_next(&scanner->window.lexer);
        Step step = follow_token(scanner, &statement, &token);
        if (step == STEP_ON)
            continue;
        if (step == STEP_FAILED)
            return false;
        if (step == STEP_META)
            return take_meta(scanner, &statement, token.start, ret);
        if (statement.begun)
            return take_statement(scanner, &statement, token.kind != LEX_END, token.end, ret);
        if (token.kind == LEX_END)
            return take_end(scanner, ret);
        statement = (Statement){0}; /* a lone ';' is part of the lead */
    }
}

static void skip_byte_order_mark(Window *window)
{
    sqlscan_window_want(window, 3);
    if (window->lexer.end >= 3 && memcmp(window->lexer.text, "\xef\xbb\xbf", 3) == 0) {
        sqlscan_window_consume(window, 3);
        window->place = (Place){1, 1};
    }
}

static bool next_item(SqlScanner *scanner, SqlItem *ret)
{
    if (!scanner->begun)
        skip_byte_order_mark(&scanner->window);
    scanner->begun = true;
    bool ok =
        scanner->mode == MODE_SQL ? next_statement(scanner, ret) : sqlscan_next_copy(scanner, ret);
    return ok && scanner->window.fault != FAULT_READ;
}

bool sqlscan_next(SqlScanner *scanner, SqlItem *ret, Error *err)
{
    scanner->err = scanner->window.err = err;
    restore_text(scanner);
    if (scanner->mode == MODE_END)
        return take_end(scanner, ret);
    if (scanner->mode == MODE_FAILED)
        return error_set(err, EXIT_USAGE, "cannot go on after the error in %s", scanner->name);
    if (next_item(scanner, ret))
        return true;
    sqlscan_end(scanner);
    scanner->mode = MODE_FAILED;
    return false;
}
