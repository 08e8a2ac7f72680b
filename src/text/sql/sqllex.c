/*
 * The lexer below the splitter: see sqllex.h. Follows scan.l and psqlscan.l of PostgreSQL 13–18.
 * What only later grammar stages tell apart (operators, numbers with junk behind them) is cut
 * coarsely; what decides where quotes, comments and words begin and end is exact.
 */
#include "sqllex.h"

#include <stdint.h>
#include <string.h>

enum {
    CLASS_SPACE = 1,
    CLASS_IDENT_START = 2, /* also starts and continues a dollar-quote tag */
    CLASS_DIGIT = 4,
    CLASS_DOLLAR = 8,
    CLASS_IDENT = CLASS_IDENT_START | CLASS_DIGIT | CLASS_DOLLAR,
    CLASS_TAG = CLASS_IDENT_START | CLASS_DIGIT,
};

/* \v is white space to the server from 16 on; before that it is an error wherever it stands. */
static const uint8_t classes[256] = {
    ['\t' ... '\r'] = CLASS_SPACE,
    [' '] = CLASS_SPACE,
    ['0' ... '9'] = CLASS_DIGIT,
    ['A' ... 'Z'] = CLASS_IDENT_START,
    ['a' ... 'z'] = CLASS_IDENT_START,
    ['_'] = CLASS_IDENT_START,
    ['$'] = CLASS_DOLLAR,
    [0x80 ... 0xff] = CLASS_IDENT_START,
};

static bool is_class(int c, uint8_t class)
{
    return c >= 0 && (classes[c] & class) != 0;
}

Lexer sqllex_over(const char *text, size_t len, size_t from, bool backslash_strings)
{
    return (Lexer){.text = text,
                   .end = len,
                   .pos = from < len ? from : len,
                   .backslash_strings = backslash_strings};
}

static bool more(Lexer *lexer)
{
    return lexer->more && lexer->more(lexer);
}

static inline int peek(Lexer *lexer, size_t ahead)
{
    while (lexer->pos + ahead >= lexer->end) {
        if (!more(lexer))
            return -1;
    }
    return (unsigned char)lexer->text[lexer->pos + ahead];
}

int sqllex_peek(Lexer *lexer, size_t ahead)
{
    return peek(lexer, ahead);
}

static void skip_class(Lexer *lexer, uint8_t class)
{
    do {
        const unsigned char *text = (const unsigned char *)lexer->text;
        size_t pos = lexer->pos, end = lexer->end;
        while (pos < end && (classes[text[pos]] & class))
            pos++;
        lexer->pos = pos;
    } while (lexer->pos == lexer->end && more(lexer));
}

/* Up to, not over, the line end; a lone CR is one as well. */
static void skip_line(Lexer *lexer)
{
    do {
        const char *from = lexer->text + lexer->pos;
        size_t len = lexer->end - lexer->pos;
        const char *newline = memchr(from, '\n', len);
        if (newline)
            len = (size_t)(newline - from);
        const char *cr = memchr(from, '\r', len);
        lexer->pos += cr ? (size_t)(cr - from) : len;
        if (newline || cr)
            return;
    } while (more(lexer));
}

/* From the opening of a comment to behind its end, over comments nested in it. */
static bool skip_block_comment(Lexer *lexer)
{
    size_t depth = 1;
    lexer->pos += 2;
    while (depth > 0) {
        size_t pos = lexer->pos;
        while (pos < lexer->end && lexer->text[pos] != '*' && lexer->text[pos] != '/')
            pos++;
        lexer->pos = pos;
        int c = peek(lexer, 0);
        if (c < 0)
            return false;
        lexer->pos++;
        if (c == '*' && peek(lexer, 0) == '/')
            depth--;
        else if (c == '/' && peek(lexer, 0) == '*')
            depth++;
        else
            continue;
        lexer->pos++;
    }
    return true;
}

bool sqllex_gap(Lexer *lexer, LexToken *ret)
{
    int c = peek(lexer, 0);
    LexToken gap = {.start = lexer->pos};
    if (is_class(c, CLASS_SPACE)) {
        gap.kind = LEX_BLANK;
        skip_class(lexer, CLASS_SPACE);
    } else if (c == '-' && peek(lexer, 1) == '-') {
        gap.kind = LEX_COMMENT;
        skip_line(lexer);
    } else if (c == '/' && peek(lexer, 1) == '*') {
        gap.unclosed = UNCLOSED_COMMENT;
        gap.kind = skip_block_comment(lexer) ? LEX_COMMENT : LEX_UNCLOSED;
    } else {
        return false;
    }
    gap.end = lexer->pos;
    *ret = gap;
    return true;
}

static const char *find_quote_or_backslash(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\'' || text[i] == '\\')
            return text + i;
    }
    return NULL;
}

/* From behind an opening quote to behind the closing one. */
static bool skip_quoted(Lexer *lexer, char quote, bool backslashes, bool doubling)
{
    for (;;) {
        const char *from = lexer->text + lexer->pos;
        size_t len = lexer->end - lexer->pos;
        const char *hit =
            backslashes ? find_quote_or_backslash(from, len) : memchr(from, quote, len);
        if (!hit) {
            lexer->pos = lexer->end;
            if (!more(lexer))
                return false;
            continue;
        }
        lexer->pos += (size_t)(hit - from) + 1;
        if (*hit == '\\') {
            if (peek(lexer, 0) < 0)
                return false;
        } else if (!doubling || peek(lexer, 0) != quote) {
            return true;
        }
        lexer->pos++; /* the escaped byte, or the second quote */
    }
}

/* A string goes on after blanks and -- comments with a line end among them; then pos is moved
   behind the quote that reopens it, and what it may hold is as it was before. */
static bool string_continues(Lexer *lexer)
{
    size_t after_quote = lexer->pos;
    bool newline = false;
    int c;
    while ((c = peek(lexer, 0)) >= 0) {
        if (c == '-' && peek(lexer, 1) == '-') {
            skip_line(lexer);
            continue;
        }
        if (!is_class(c, CLASS_SPACE))
            break;
        newline = newline || c == '\n' || c == '\r';
        lexer->pos++;
    }
    if (newline && c == '\'') {
        lexer->pos++;
        return true;
    }
    lexer->pos = after_quote;
    return false;
}

/* pos is at the prefix or quote; prefix bytes come before the quote. */
static LexToken read_string(Lexer *lexer, size_t prefix, bool backslashes, bool doubling)
{
    LexToken token = {LEX_STRING, UNCLOSED_STRING, lexer->pos, 0};
    lexer->pos += prefix + 1;
    do {
        if (!skip_quoted(lexer, '\'', backslashes, doubling))
            token.kind = LEX_UNCLOSED;
    } while (token.kind == LEX_STRING && string_continues(lexer));
    token.end = lexer->pos;
    return token;
}

static LexToken read_quoted_word(Lexer *lexer, size_t prefix)
{
    LexToken token = {LEX_QUOTED_WORD, UNCLOSED_IDENTIFIER, lexer->pos, 0};
    lexer->pos += prefix + 1;
    if (!skip_quoted(lexer, '"', false, true))
        token.kind = LEX_UNCLOSED;
    token.end = lexer->pos;
    return token;
}

static int skip_gaps(Lexer *lexer)
{
    LexToken gap;
    while (sqllex_gap(lexer, &gap) && gap.kind != LEX_UNCLOSED)
        ;
    return peek(lexer, 0);
}

/* UESCAPE 'c' belongs to the U& quote before it. */
static LexToken with_uescape(Lexer *lexer, LexToken token)
{
    if (token.kind == LEX_UNCLOSED)
        return token;
    if ((skip_gaps(lexer) | 0x20) == 'u') {
        LexToken word = {.kind = LEX_WORD, .start = lexer->pos};
        skip_class(lexer, CLASS_IDENT);
        word.end = lexer->pos;
        if (sqllex_is_word(lexer, &word, "UESCAPE") && skip_gaps(lexer) == '\'') {
            LexToken escape = read_string(lexer, 0, lexer->backslash_strings, true);
            token.end = escape.kind == LEX_STRING ? escape.end : token.end;
        }
    }
    lexer->pos = token.end;
    return token;
}

/* Behind an opening tag of taglen bytes at `start`, to behind the same tag. */
static bool skip_dollar_quoted(Lexer *lexer, size_t start, size_t taglen)
{
    for (;;) {
        const char *from = lexer->text + lexer->pos;
        const char *hit = memchr(from, '$', lexer->end - lexer->pos);
        if (!hit) {
            lexer->pos = lexer->end;
            if (!more(lexer))
                return false;
            continue;
        }
        lexer->pos += (size_t)(hit - from);
        if (peek(lexer, taglen - 1) < 0) {
            lexer->pos = lexer->end;
            return false;
        }
        if (memcmp(lexer->text + lexer->pos, lexer->text + start, taglen) == 0) {
            lexer->pos += taglen;
            return true;
        }
        lexer->pos++;
    }
}

static LexToken read_dollar(Lexer *lexer)
{
    LexToken token = {LEX_SYMBOL, UNCLOSED_DOLLAR, lexer->pos, 0};
    int c = peek(lexer, 1);
    size_t tag = 1;
    if (is_class(c, CLASS_DIGIT)) {
        token.kind = LEX_NUMBER;
        lexer->pos++;
        skip_class(lexer, CLASS_DIGIT);
        if (is_class(peek(lexer, 0), CLASS_IDENT_START))
            skip_class(lexer, CLASS_IDENT);
        token.end = lexer->pos;
        return token;
    }
    while (is_class(peek(lexer, tag), CLASS_TAG))
        tag++;
    if (peek(lexer, tag) == '$') {
        tag++;
        lexer->pos += tag;
        token.kind = skip_dollar_quoted(lexer, token.start, tag) ? LEX_STRING : LEX_UNCLOSED;
    } else {
        lexer->pos++;
    }
    token.end = lexer->pos;
    return token;
}

/* Digits, fraction, exponent, and what the server calls trailing junk: names stuck to a number. */
static LexToken read_number(Lexer *lexer)
{
    LexToken token = {LEX_NUMBER, UNCLOSED_STRING, lexer->pos, 0};
    skip_class(lexer, CLASS_DIGIT);
    if (peek(lexer, 0) == '.' && peek(lexer, 1) != '.') {
        lexer->pos++;
        skip_class(lexer, CLASS_DIGIT);
    }
    int c = peek(lexer, 0);
    if (c == 'e' || c == 'E') {
        int sign = peek(lexer, 1);
        bool has_sign = sign == '+' || sign == '-';
        if (has_sign && is_class(peek(lexer, 2), CLASS_DIGIT))
            lexer->pos += 2;
    }
    if (is_class(peek(lexer, 0), CLASS_DIGIT | CLASS_IDENT_START))
        skip_class(lexer, CLASS_IDENT);
    token.end = lexer->pos;
    return token;
}

/* The quote that a one-letter prefix belongs to; false when c is just the start of a word. */
static bool read_prefixed(Lexer *lexer, int c, LexToken *ret)
{
    int next = peek(lexer, 1);
    if (next == '\'') {
        switch (c | 0x20) {
        case 'e':
            *ret = read_string(lexer, 1, true, true);
            return true;
        case 'b':
        case 'x':
            *ret = read_string(lexer, 1, false, false);
            return true;
        case 'n':
            *ret = read_string(lexer, 1, lexer->backslash_strings, true);
            return true;
        }
    } else if (next == '&' && (c | 0x20) == 'u') {
        int quote = peek(lexer, 2);
        if (quote == '\'') {
            *ret = with_uescape(lexer, read_string(lexer, 2, false, true));
            return true;
        }
        if (quote == '"') {
            *ret = with_uescape(lexer, read_quoted_word(lexer, 2));
            return true;
        }
    }
    return false;
}

static LexToken read_word(Lexer *lexer, int c)
{
    LexToken token = {LEX_WORD, UNCLOSED_STRING, lexer->pos, 0};
    if (c < 0x80 && read_prefixed(lexer, c, &token))
        return token;
    skip_class(lexer, CLASS_IDENT);
    token.end = lexer->pos;
    return token;
}

LexToken sqllex_next(Lexer *lexer)
{
    LexToken gap;
    int c;
    while (is_class(c = peek(lexer, 0), CLASS_SPACE) || c == '-' || c == '/') {
        if (!sqllex_gap(lexer, &gap))
            break;
        if (gap.kind == LEX_UNCLOSED)
            return gap;
    }
    if (c < 0)
        return (LexToken){LEX_END, UNCLOSED_STRING, lexer->pos, lexer->pos};
    if (classes[c] & CLASS_IDENT_START)
        return read_word(lexer, c);
    if (classes[c] & CLASS_DIGIT)
        return read_number(lexer);
    if (c == '\'')
        return read_string(lexer, 0, lexer->backslash_strings, true);
    if (c == '"')
        return read_quoted_word(lexer, 0);
    if (c == '$')
        return read_dollar(lexer);
    bool after_dot = c == '.' && lexer->pos > 0 && lexer->text[lexer->pos - 1] == '.';
    if (c == '.' && !after_dot && is_class(peek(lexer, 1), CLASS_DIGIT))
        return read_number(lexer); /* but 1..2 is three tokens */
    lexer->pos++;
    return (LexToken){LEX_SYMBOL, UNCLOSED_STRING, lexer->pos - 1, lexer->pos};
}

/* Only ASCII letters have another case to the server's key words. */
static bool equals_keyword(const char *text, size_t len, const char *keyword)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        char k = keyword[i];
        if (k >= 'a' && k <= 'z')
            k = (char)(k - 'a' + 'A');
        if (k == '\0' || c != k)
            return false;
    }
    return keyword[len] == '\0';
}

bool sqllex_is_word(const Lexer *lexer, const LexToken *token, const char *keyword)
{
    return token->kind == LEX_WORD &&
           equals_keyword(lexer->text + token->start, token->end - token->start, keyword);
}
