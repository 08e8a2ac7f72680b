/*
 * What the words of a statement tell: its verb, whether it can run in a transaction block, whether
 * COPY data follow, and what it does to standard_conforming_strings. Patterns are matched against
 * tokens, in the order of the tables; where words cannot decide, the server does.
 *
 * A pattern is a list of elements separated by blanks:
 *
 *     WORD|WORD   one of these words          %n  a name, dotted or not
 *     WORD?       the same, or nothing        %o  a list in parentheses
 *     '           a string                    %c  a list in parentheses that has CONCURRENTLY on
 *     *           that symbol                 $   the end of the statement
 */
#include <string.h>

#include "sqlscan_internal.h"

typedef struct VerbRow {
    const char *pattern;
    SqlVerb verb;
} VerbRow;

static const VerbRow verb_rows[] = {
    {"SELECT|VALUES|TABLE", SQL_VERB_SELECT},
    {"INSERT", SQL_VERB_INSERT},
    {"UPDATE", SQL_VERB_UPDATE},
    {"DELETE", SQL_VERB_DELETE},
    {"MERGE", SQL_VERB_MERGE},
    {"CREATE", SQL_VERB_CREATE},
    {"ALTER", SQL_VERB_ALTER},
    {"DROP", SQL_VERB_DROP},
    {"COMMENT", SQL_VERB_COMMENT},
    {"COPY", SQL_VERB_COPY},
    {"BEGIN", SQL_VERB_BEGIN},
    {"START TRANSACTION", SQL_VERB_BEGIN},
    {"COMMIT|ROLLBACK PREPARED", SQL_VERB_COMMIT_PREPARED},
    {"COMMIT|END", SQL_VERB_COMMIT},
    {"ROLLBACK WORK|TRANSACTION? TO", SQL_VERB_SAVEPOINT},
    {"ROLLBACK|ABORT", SQL_VERB_ROLLBACK},
    {"SAVEPOINT|RELEASE", SQL_VERB_SAVEPOINT},
    {"PREPARE TRANSACTION '", SQL_VERB_PREPARE_TRANSACTION},
    {"PREPARE", SQL_VERB_PREPARE},
    {"SET SESSION|LOCAL? TRANSACTION|CONSTRAINTS|CHARACTERISTICS", SQL_VERB_SET_TRANSACTION},
    {"SET SESSION|LOCAL SESSION CHARACTERISTICS", SQL_VERB_SET_TRANSACTION},
    {"SET LOCAL", SQL_VERB_SET_LOCAL},
    {"SET SESSION? ROLE|SESSION_AUTHORIZATION", SQL_VERB_SET_ROLE},
    {"SET SESSION SESSION? AUTHORIZATION", SQL_VERB_SET_ROLE},
    {"SET", SQL_VERB_SET},
    {"RESET", SQL_VERB_RESET},
    {"DISCARD", SQL_VERB_DISCARD},
    {"DEALLOCATE", SQL_VERB_DEALLOCATE},
    {"LISTEN|UNLISTEN", SQL_VERB_LISTEN},
    {"DO", SQL_VERB_DO},
    {"CALL", SQL_VERB_CALL},
    {"VACUUM", SQL_VERB_VACUUM},
    {"ANALYZE|ANALYSE", SQL_VERB_ANALYZE},
    {"REINDEX", SQL_VERB_REINDEX},
    {"CLUSTER", SQL_VERB_CLUSTER},
    {"REFRESH", SQL_VERB_REFRESH},
    {"TRUNCATE", SQL_VERB_TRUNCATE},
    {"GRANT|REVOKE", SQL_VERB_GRANT},
};

typedef struct ForbiddenRow {
    const char *pattern;
    int below;          /* as in SqlItem */
    bool concurrently;  /* as in SqlItem */
    const char *unless; /* allowed when one of these options is off */
} ForbiddenRow;

/* PreventInTransactionBlock() in the server's source has the list. */
static const ForbiddenRow forbidden_rows[] = {
    {"CREATE UNIQUE? INDEX CONCURRENTLY", 0, true, NULL},
    {"DROP INDEX CONCURRENTLY", 0, true, NULL},
    {"REINDEX %c", 0, true, NULL},
    {"REINDEX %o? INDEX|TABLE|SCHEMA|DATABASE|SYSTEM CONCURRENTLY", 0, true, NULL},
    {"REINDEX %o? SCHEMA|DATABASE|SYSTEM", 0, false, NULL},
    {"ALTER TABLE IF? EXISTS? ONLY? %n *? DETACH PARTITION %n CONCURRENTLY", 0, true, NULL},
    {"ALTER TYPE %n ADD VALUE", 120000, false, NULL},
    {"ALTER SYSTEM", 0, false, NULL},
    {"ALTER DATABASE %n SET|WITH? TABLESPACE", 0, false, NULL},
    {"ALTER SUBSCRIPTION %n REFRESH", 0, false, NULL},
    {"ALTER SUBSCRIPTION %n SET|ADD|DROP PUBLICATION", 0, false, "REFRESH"},
    {"CREATE SUBSCRIPTION", 0, false, "CONNECT|CREATE_SLOT"},
    {"DROP SUBSCRIPTION", 0, false, NULL},
    {"CREATE|DROP DATABASE|TABLESPACE", 0, false, NULL},
    {"VACUUM", 0, false, NULL},
    {"CLUSTER %o? VERBOSE? $", 0, false, NULL},
    {"DISCARD ALL", 0, false, NULL},
    {"COMMIT|ROLLBACK PREPARED", 0, false, NULL},
};

static Lexer lex_item(const SqlItem *item)
{
    return sqllex_over(item->text, item->len, 0, item->backslash_strings);
}

static bool is_symbol(const Lexer *lexer, const LexToken *token, char symbol)
{
    return token->kind == LEX_SYMBOL && lexer->text[token->start] == symbol;
}

static bool is_name(const LexToken *token)
{
    return token->kind == LEX_WORD || token->kind == LEX_QUOTED_WORD;
}

static bool is_word_char(char c)
{
    return (c >= 'A' && c <= 'Z') || c == '_';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* True when the token is one of the words in `words`, separated by '|' and ended by anything else.
 */
static bool is_one_of(const Lexer *lexer, const LexToken *token, const char *words)
{
    if (token->kind != LEX_WORD)
        return false;
    const char *text = lexer->text + token->start;
    size_t len = token->end - token->start;
    for (;;) {
        size_t same = 0;
        while (same < len && upper(text[same]) == words[same])
            same++;
        if (same == len && !is_word_char(words[same]))
            return true;
        while (is_word_char(*words))
            words++;
        if (*words++ != '|')
            return false;
    }
}

/* Behind the parenthesis that closes the one just read. */
static void skip_parentheses(Lexer *lexer)
{
    size_t depth = 1;
    while (depth > 0) {
        LexToken token = sqllex_next(lexer);
        if (token.kind == LEX_END || token.kind == LEX_UNCLOSED)
            return;
        depth += is_symbol(lexer, &token, '(');
        depth -= is_symbol(lexer, &token, ')');
    }
}

static bool is_off(const Lexer *lexer, const LexToken *token)
{
    static const char *const values[] = {"off", "false", "no", "0", "f", "n", "of"};
    size_t start = token->start, len = token->end - token->start;
    if ((token->kind == LEX_STRING || token->kind == LEX_QUOTED_WORD) && len >= 2) {
        start++;
        len -= 2;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        LexToken word = {LEX_WORD, UNCLOSED_STRING, start, start + len};
        if (sqllex_is_word(lexer, &word, values[i]))
            return true;
    }
    return false;
}

/* Whether the list in parentheses that was just opened has CONCURRENTLY, and not off. */
static bool list_has_concurrently(Lexer *lexer)
{
    for (;;) {
        LexToken token = sqllex_next(lexer);
        if (token.kind == LEX_END || token.kind == LEX_UNCLOSED || is_symbol(lexer, &token, ')'))
            return false;
        if (!is_one_of(lexer, &token, "CONCURRENTLY"))
            continue;
        token = sqllex_next(lexer);
        return !is_off(lexer, &token);
    }
}

/* A name behind its first part: the dots and the other parts. */
static void skip_qualification(Lexer *lexer)
{
    for (;;) {
        Lexer ahead = *lexer;
        LexToken dot = sqllex_next(&ahead);
        LexToken part = sqllex_next(&ahead);
        if (!is_symbol(lexer, &dot, '.') || !is_name(&part))
            return;
        *lexer = ahead;
    }
}

/* Matches one element; on false nothing is consumed. */
static bool match_element(Lexer *lexer, const char *element)
{
    Lexer ahead = *lexer;
    LexToken token = sqllex_next(&ahead);
    bool matched;
    switch (element[0]) {
    case '%':
        if (element[1] == 'n') {
            matched = is_name(&token);
            skip_qualification(&ahead);
        } else {
            matched = is_symbol(&ahead, &token, '(');
            if (matched && element[1] == 'c')
                matched = list_has_concurrently(&ahead);
            else if (matched)
                skip_parentheses(&ahead);
        }
        break;
    case '\'':
        matched = token.kind == LEX_STRING;
        break;
    case '*':
        matched = is_symbol(&ahead, &token, '*');
        break;
    case '$':
        matched = token.kind == LEX_END;
        break;
    default:
        matched = is_one_of(&ahead, &token, element);
    }
    if (matched)
        *lexer = ahead;
    return matched;
}

/* Matches the pattern from where the lexer stands, and leaves it behind the match. */
static bool match(Lexer *lexer, const char *pattern)
{
    Lexer ahead = *lexer;
    while (*pattern) {
        size_t len = strcspn(pattern, " ");
        if (!match_element(&ahead, pattern) && pattern[len - 1] != '?')
            return false;
        pattern += len;
        pattern += *pattern == ' ';
    }
    *lexer = ahead;
    return true;
}

/* The lexer before the first word that is not WITH's: leading parentheses and CTEs are skipped. */
static Lexer at_main_word(const SqlItem *item)
{
    Lexer lexer = lex_item(item), before = lexer;
    LexToken token = sqllex_next(&lexer);
    while (is_symbol(&lexer, &token, '(')) {
        before = lexer;
        token = sqllex_next(&lexer);
    }
    if (!is_one_of(&lexer, &token, "WITH"))
        return before;
    match(&lexer, "RECURSIVE?");
    bool name_comes = true;
    for (;;) {
        before = lexer;
        token = sqllex_next(&lexer);
        if (token.kind == LEX_END || token.kind == LEX_UNCLOSED)
            return before;
        if (!name_comes &&
            is_one_of(&lexer, &token, "SELECT|INSERT|UPDATE|DELETE|MERGE|VALUES|TABLE"))
            return before;
        if (is_symbol(&lexer, &token, '('))
            skip_parentheses(&lexer);
        name_comes = is_symbol(&lexer, &token, ',');
    }
}

/* True when an option of the list WITH (…) that is named in `names` is off. */
static bool option_is_off(Lexer lexer, const char *names)
{
    LexToken token;
    while ((token = sqllex_next(&lexer)).kind != LEX_END && token.kind != LEX_UNCLOSED) {
        if (!is_one_of(&lexer, &token, "WITH") || !match_element(&lexer, "%o"))
            continue;
        Lexer option = lexer;
        option.pos = token.end;
        option.end = lexer.pos;
        while ((token = sqllex_next(&option)).kind != LEX_END) {
            if (!is_one_of(&option, &token, names))
                continue;
            token = sqllex_next(&option);
            if (is_symbol(&option, &token, '='))
                token = sqllex_next(&option);
            if (is_off(&option, &token))
                return true;
        }
    }
    return false;
}

static void classify_transaction(SqlItem *item)
{
    for (size_t i = 0; i < ARRAY_LENGTH(forbidden_rows); i++) {
        const ForbiddenRow *row = &forbidden_rows[i];
        Lexer lexer = lex_item(item);
        if (!match(&lexer, row->pattern))
            continue;
        if (row->unless && option_is_off(lexer, row->unless))
            return;
        item->inside_transaction_forbidden = true;
        item->forbidden_below = row->below;
        item->concurrently = row->concurrently;
        return;
    }
}

void sqlscan_classify(SqlItem *item)
{
    Lexer start = at_main_word(item), lexer = start;
    LexToken first = sqllex_next(&lexer);
    for (size_t i = 0; i < ARRAY_LENGTH(verb_rows); i++) {
        lexer = start;
        if (is_one_of(&start, &first, verb_rows[i].pattern) &&
            match(&lexer, verb_rows[i].pattern)) {
            item->verb = verb_rows[i].verb;
            break;
        }
    }
    switch (item->verb) {
    case SQL_VERB_CREATE:
    case SQL_VERB_ALTER:
    case SQL_VERB_DROP:
    case SQL_VERB_REINDEX:
    case SQL_VERB_VACUUM:
    case SQL_VERB_CLUSTER:
    case SQL_VERB_DISCARD:
    case SQL_VERB_COMMIT_PREPARED:
        classify_transaction(item);
        break;
    default:
        break;
    }
}

/* The options of a COPY behind STDIN: FORMAT binary, or the old WITH BINARY. */
static bool copy_is_binary(Lexer *lexer)
{
    match(lexer, "WITH?");
    if (match(lexer, "BINARY"))
        return true;
    LexToken token;
    while ((token = sqllex_next(lexer)).kind != LEX_END && token.kind != LEX_UNCLOSED) {
        if (!is_one_of(lexer, &token, "FORMAT"))
            continue;
        token = sqllex_next(lexer);
        bool quoted = token.kind == LEX_STRING || token.kind == LEX_QUOTED_WORD;
        LexToken word = {LEX_WORD, UNCLOSED_STRING, token.start + quoted, token.end - quoted};
        return sqllex_is_word(lexer, &word, "BINARY");
    }
    return false;
}

CopyClass sqlscan_classify_copy(const SqlItem *item)
{
    Lexer lexer = lex_item(item);
    if (item->verb != SQL_VERB_COPY || !match(&lexer, "COPY"))
        return COPY_OTHER;
    bool binary = match(&lexer, "BINARY");
    /* STDOUT is the same word to the grammar. */
    if (!match(&lexer, "%n *? %o? FROM STDIN|STDOUT"))
        return COPY_OTHER;
    return binary || copy_is_binary(&lexer) ? COPY_BINARY_FROM_STDIN : COPY_TEXT_FROM_STDIN;
}

static bool names_setting(const Lexer *lexer, const LexToken *token)
{
    LexToken word = *token;
    if (token->kind == LEX_QUOTED_WORD || token->kind == LEX_STRING) {
        word.start++;
        word.end--;
        word.kind = LEX_WORD;
    }
    return sqllex_is_word(lexer, &word, "STANDARD_CONFORMING_STRINGS");
}

/* SET … = value and SELECT set_config(name, value, local). True when it is about the setting. */
static bool reads_assignment(const SqlItem *item, bool *ret_off, bool *ret_local)
{
    Lexer lexer = lex_item(item);
    LexToken token;
    if (match(&lexer, "SET")) {
        *ret_local = match(&lexer, "LOCAL");
        match(&lexer, "SESSION?");
        token = sqllex_next(&lexer);
        if (!names_setting(&lexer, &token))
            return false;
        sqllex_next(&lexer); /* TO or = */
        token = sqllex_next(&lexer);
        *ret_off = is_off(&lexer, &token);
        return true;
    }
    if (!match(&lexer, "SELECT") ||
        (match(&lexer, "PG_CATALOG") && sqllex_next(&lexer).kind == LEX_END) ||
        !match(&lexer, "SET_CONFIG"))
        return false;
    sqllex_next(&lexer);
    token = sqllex_next(&lexer);
    if (!names_setting(&lexer, &token))
        return false;
    sqllex_next(&lexer);
    token = sqllex_next(&lexer);
    *ret_off = is_off(&lexer, &token);
    sqllex_next(&lexer);
    token = sqllex_next(&lexer);
    *ret_local = !is_off(&lexer, &token);
    return true;
}

static bool resets_setting(const SqlItem *item)
{
    Lexer lexer = lex_item(item);
    if (match(&lexer, "RESET|DISCARD ALL"))
        return true;
    if (!match(&lexer, "RESET"))
        return false;
    LexToken token = sqllex_next(&lexer);
    return names_setting(&lexer, &token);
}

void sqlscan_follow_setting(StringSetting *setting, const SqlItem *item)
{
    bool off = false, local = false;
    switch (item->verb) {
    case SQL_VERB_BEGIN:
        setting->at_begin = setting->session;
        break;
    case SQL_VERB_COMMIT:
    case SQL_VERB_PREPARE_TRANSACTION:
        setting->now = setting->at_begin = setting->session;
        break;
    case SQL_VERB_ROLLBACK:
        setting->now = setting->session = setting->at_begin;
        break;
    case SQL_VERB_SET:
    case SQL_VERB_SET_LOCAL:
    case SQL_VERB_SELECT:
        if (!reads_assignment(item, &off, &local))
            break;
        setting->now = off;
        if (!local)
            setting->session = off;
        break;
    case SQL_VERB_RESET:
    case SQL_VERB_DISCARD:
        if (resets_setting(item))
            setting->now = setting->session = false;
        break;
    default:
        break;
    }
}
