/*
 * Hides passwords in SQL text, for whatever is shown or stored. It looks at tokens, and into
 * strings, function bodies and comments, where SQL or a connection string may stand. Text that is
 * not SQL goes through unharmed but for what looks like a password.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/text/secret.h"
#include "sqlscan_internal.h"

#define MASK "***"
enum { DEEPEST = 4 };

typedef struct Masker {
    Arena *arena; /* scratch */
    Buf out;
    size_t place;     /* a byte of the text … */
    size_t new_place; /* … and where it came to lie in out */
} Masker;

/* What the tokens so far say of the next literal. */
typedef enum Expect {
    EXPECT_ANYTHING,
    EXPECT_PASSWORD, /* behind PASSWORD, =, TO … */
} Expect;

static char *mask_text(Arena *arena, const char *text, size_t len, int depth, size_t *place);

static void add(Masker *masker, const char *text, size_t from, size_t to)
{
    if (masker->place >= from && masker->place < to)
        masker->new_place = masker->out.len + (masker->place - from);
    buf_add(&masker->out, text + from, to - from);
}

/* Adds other text in place of [from, to). */
static void replace(Masker *masker, size_t from, size_t to, const char *text)
{
    if (masker->place >= from && masker->place < to)
        masker->new_place = masker->out.len;
    buf_add_str(&masker->out, text);
}

/* A comment or what a quote holds, looked into as SQL of its own. */
static void add_inner(Masker *masker, const char *text, size_t from, size_t to, int depth)
{
    size_t place = masker->place >= from && masker->place < to ? masker->place - from : 0;
    char *inner = mask_text(masker->arena, text + from, to - from, depth + 1, &place);
    if (masker->place >= from && masker->place < to)
        masker->new_place = masker->out.len + place;
    buf_add_str(&masker->out, inner);
}

/* How many bytes open a literal: prefix and quote, or a dollar tag. */
static size_t opening_length(const char *text, size_t len)
{
    const char *quote = memchr(text, text[0] == '$' ? '$' : '\'', len);
    if (text[0] == '$' && len > 1)
        quote = memchr(text + 1, '$', len - 1);
    return quote ? (size_t)(quote - text) + 1 : 0;
}

/* The content of a '…' literal as the server reads it, as far as quotes go. */
static char *undouble(Arena *arena, const char *text, size_t len)
{
    char *plain = arena_alloc(arena, len + 1);
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        plain[out++] = text[i];
        if (i + 1 < len && text[i + 1] == '\'' && (text[i] == '\'' || text[i] == '\\')) {
            plain[out - 1] = '\'';
            i++;
        }
    }
    return plain;
}

static void add_doubled(Buf *out, const char *text)
{
    for (; *text; text++) {
        buf_add_char(out, *text);
        if (*text == '\'')
            buf_add_char(out, '\'');
    }
}

static void add_literal(Masker *masker, const char *text, const LexToken *token, int depth)
{
    size_t len = token->end - token->start;
    size_t opening = opening_length(text + token->start, len);
    bool closed = token->kind != LEX_UNCLOSED;
    bool dollar = text[token->start] == '$';
    size_t closing = !closed ? 0 : dollar ? opening : 1;
    if (depth >= DEEPEST || len < opening + closing) {
        add(masker, text, token->start, token->end);
        return;
    }
    size_t from = token->start + opening, to = token->end - closing;
    if (dollar) {
        add(masker, text, token->start, from);
        add_inner(masker, text, from, to, depth);
        add(masker, text, to, token->end);
        return;
    }
    char *plain = undouble(masker->arena, text + from, to - from);
    char *masked = mask_text(masker->arena, plain, strlen(plain), depth + 1, NULL);
    if (strcmp(plain, masked) == 0) {
        add(masker, text, token->start, token->end);
        return;
    }
    add(masker, text, token->start, from);
    replace(masker, from, to, "");
    add_doubled(&masker->out, masked);
    add(masker, text, to, token->end);
}

/* Blanks as they are, comments looked into. */
static void add_gap(Masker *masker, const char *text, size_t from, size_t to, int depth)
{
    if (depth < DEEPEST && memchr(text + from, '\'', to - from)) {
        Lexer lexer = sqllex_over(text, to, from, false);
        LexToken gap;
        while (sqllex_gap(&lexer, &gap)) {
            size_t opening = gap.kind == LEX_BLANK ? gap.end - gap.start : 2;
            add(masker, text, gap.start, gap.start + opening);
            add_inner(masker, text, gap.start + opening, gap.end, depth);
        }
        from = lexer.pos;
    }
    add(masker, text, from, to);
}

static bool ends_in(const char *text, size_t start, size_t end, const char *word)
{
    size_t len = strlen(word);
    if (end - start < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((text[end - len + i] | 0x20) != word[i])
            return false;
    }
    return true;
}

static bool ends_in_password(const char *text, const LexToken *token)
{
    size_t end = token->end - (token->kind == LEX_QUOTED_WORD);
    if (token->kind != LEX_WORD && token->kind != LEX_QUOTED_WORD)
        return false;
    return ends_in(text, token->start, end, "password") || ends_in(text, token->start, end, "passwd") ||
           ends_in(text, token->start, end, "secret");
}

/* A server quotes statements so: SQL statement "ALTER ROLE r PASSWORD 'x'". Each of its own quotes ends
 * such a word, and the pieces are looked into one by one. */
static bool quotes_sql(const char *text, const LexToken *token)
{
    bool word = token->kind == LEX_QUOTED_WORD ||
                (token->kind == LEX_UNCLOSED && token->unclosed == UNCLOSED_IDENTIFIER);
    return word && (memchr(text + token->start, '\'', token->end - token->start) != NULL ||
                    memchr(text + token->start, '$', token->end - token->start) != NULL);
}

static bool is_word(const Lexer *lexer, const LexToken *token, const char *keyword)
{
    return sqllex_is_word(lexer, token, keyword);
}

static void add_quoted(Masker *masker, const char *text, const LexToken *token, int depth)
{
    size_t end = token->end - (token->kind == LEX_QUOTED_WORD);
    add(masker, text, token->start, token->start + 1);
    add_inner(masker, text, token->start + 1, end, depth);
    add(masker, text, end, token->end);
}

/* In CREATE and ALTER USER MAPPING every option but the user is taken for a secret. */
typedef struct Mapping {
    int words; /* matched of USER MAPPING OPTIONS ( */
    bool harmless;
} Mapping;

static bool mapping_hides(Mapping *mapping, const Lexer *lexer, const LexToken *token)
{
    static const char *const words[] = {"USER", "MAPPING", "OPTIONS"};
    if (mapping->words < 3) {
        if (is_word(lexer, token, words[mapping->words]))
            mapping->words++;
        else if (mapping->words == 1)
            mapping->words = is_word(lexer, token, words[0]);
        return false;
    }
    if (token->kind == LEX_SYMBOL && lexer->text[token->start] == ';')
        mapping->words = 0;
    if (token->kind == LEX_WORD && !is_word(lexer, token, "ADD") && !is_word(lexer, token, "SET"))
        mapping->harmless = is_word(lexer, token, "USER") || is_word(lexer, token, "USERNAME");
    return token->kind == LEX_STRING && !mapping->harmless;
}

static Expect next_expectation(Expect expect, const Lexer *lexer, const LexToken *token)
{
    if (ends_in_password(lexer->text, token))
        return EXPECT_PASSWORD;
    if (expect == EXPECT_PASSWORD && token->kind == LEX_SYMBOL &&
        strchr("=:>", lexer->text[token->start]))
        return EXPECT_PASSWORD;
    if (expect == EXPECT_PASSWORD && is_word(lexer, token, "TO"))
        return EXPECT_PASSWORD;
    return EXPECT_ANYTHING;
}

static void mask_tokens(Masker *masker, const char *text, size_t len, int depth)
{
    Lexer lexer = sqllex_over(text, len, 0, false);
    Expect expect = EXPECT_ANYTHING;
    Mapping mapping = {0};
    size_t done = 0;
    for (;;) {
        LexToken token = sqllex_next(&lexer);
        bool comment = token.kind == LEX_UNCLOSED && token.unclosed == UNCLOSED_COMMENT;
        if (token.kind == LEX_END || comment)
            break;
        add_gap(masker, text, done, token.start, depth);
        bool literal = token.kind == LEX_STRING ||
                       (token.kind == LEX_UNCLOSED && token.unclosed != UNCLOSED_IDENTIFIER);
        bool hidden = mapping_hides(&mapping, &lexer, &token);
        if (literal && (hidden || expect == EXPECT_PASSWORD))
            replace(masker, token.start, token.end, "'" MASK "'");
        else if (literal)
            add_literal(masker, text, &token, depth);
        else if (quotes_sql(text, &token) && depth < DEEPEST)
            add_quoted(masker, text, &token, depth);
        else
            add(masker, text, token.start, token.end);
        expect = next_expectation(expect, &lexer, &token);
        done = token.end;
    }
    add_gap(masker, text, done, len, depth);
}

/* Connection strings, whatever quotes they are in. */
static void mask_connections(Masker *masker, const char *text)
{
    size_t done = 0, start, len;
    while (secret_find(text, done, &start, &len)) {
        add(masker, text, done, start);
        replace(masker, start, start + len, MASK);
        done = start + len;
    }
    add(masker, text, done, strlen(text) + 1);
    masker->out.len--; /* the NUL, which the place may be at */
}

static char *mask_text(Arena *arena, const char *text, size_t len, int depth, size_t *place)
{
    Masker first = {.arena = arena, .place = place ? *place : 0};
    mask_tokens(&first, text, len, depth);
    if (first.place >= len)
        first.new_place = first.out.len;
    const char *tokens = arena_strndup(arena, buf_text(&first.out), first.out.len);
    buf_free(&first.out);
    if (depth > 0) {
        if (place)
            *place = first.new_place;
        return arena_strdup(arena, tokens);
    }
    Masker second = {.arena = arena, .place = first.new_place};
    mask_connections(&second, tokens);
    if (place)
        *place = second.new_place;
    return buf_steal(&second.out, arena);
}

char *sqlscan_mask_line(Arena *arena, const char *text, size_t len, size_t *place)
{
    Arena *scratch = arena_new();
    char *masked = arena_strdup(arena, mask_text(scratch, text, len, 0, place));
    arena_free(scratch);
    return masked;
}

char *sqlscan_mask_passwords(Arena *arena, const char *text, size_t len)
{
    return sqlscan_mask_line(arena, text, len, NULL);
}
