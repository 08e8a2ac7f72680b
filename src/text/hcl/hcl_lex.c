/* HCL's tokens. The insides of strings and heredocs are not tokens: see hcl_template.c. */
#include <string.h>

#include "dbmig/base/text.h"
#include "hcl_internal.h"

void lexer_begin(Lexer *lexer, const char *file, const char *text, size_t len, Error *err)
{
    *lexer = (Lexer){.file = file, .at = text, .end = text + len, .line = 1, .err = err};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        lexer->at += 3;
    lexer->line_start = lexer->at;
    lexer->counted = lexer->at;
    lexer->column = 1;
}

void lexer_new_line(Lexer *lexer)
{
    lexer->line++;
    lexer->line_start = lexer->at;
    lexer->counted = lexer->at;
    lexer->column = 1;
}

/* Counts on from the last place asked for: a file may be one line of a megabyte. */
HclPlace lexer_place(Lexer *lexer, const char *at)
{
    if (at < lexer->counted) {
        lexer->counted = lexer->line_start;
        lexer->column = 1;
    }
    lexer->column += text_utf8_length(lexer->counted, (size_t)(at - lexer->counted));
    lexer->counted = at;
    return (HclPlace){lexer->file, lexer->line, lexer->column};
}

void hcl_set_error(Error *err, HclPlace place, const char *format, ...)
{
    Arena *arena = arena_new();
    va_list args;
    va_start(args, format);
    error_set(err, EXIT_USAGE, "%s", arena_vprintf(arena, format, args));
    va_end(args);
    arena_free(arena);
    error_at(err, place.file, place.line, place.column);
}

static size_t left(const Lexer *lexer)
{
    return (size_t)(lexer->end - lexer->at);
}

static bool starts(const Lexer *lexer, const char *text)
{
    size_t len = strlen(text);
    return left(lexer) >= len && memcmp(lexer->at, text, len) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of characters beyond ASCII count as letters. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static void skip_line(Lexer *lexer)
{
    const char *newline = memchr(lexer->at, '\n', left(lexer));
    lexer->at = newline == NULL ? lexer->end : newline;
}

static bool skip_comment(Lexer *lexer)
{
    HclPlace open = lexer_place(lexer, lexer->at);
    lexer->at += 2;
    while (!starts(lexer, "*/")) {
        if (lexer->at == lexer->end)
            return hcl_fail(lexer->err, open, "the comment opened here is never closed");
        if (*lexer->at++ == '\n')
            lexer_new_line(lexer);
    }
    lexer->at += 2;
    return true;
}

/* Blanks and comments, up to a line break or a token. */
static bool skip_space(Lexer *lexer)
{
    while (lexer->at < lexer->end) {
        char c = *lexer->at;
        if (c == ' ' || c == '\t' || c == '\r')
            lexer->at++;
        else if (c == '#' || starts(lexer, "//"))
            skip_line(lexer);
        else if (!starts(lexer, "/*"))
            break;
        else if (!skip_comment(lexer))
            return false;
    }
    return true;
}

static void read_name(Lexer *lexer)
{
    while (lexer->at < lexer->end &&
           (is_letter(*lexer->at) || is_digit(*lexer->at) || *lexer->at == '-'))
        lexer->at++;
}

static void skip_digits(Lexer *lexer)
{
    while (lexer->at < lexer->end && is_digit(*lexer->at))
        lexer->at++;
}

static void read_number(Lexer *lexer)
{
    skip_digits(lexer);
    if (left(lexer) > 1 && lexer->at[0] == '.' && is_digit(lexer->at[1])) {
        lexer->at++;
        skip_digits(lexer);
    }
    const char *mantissa_end = lexer->at;
    if (left(lexer) > 0 && (*lexer->at == 'e' || *lexer->at == 'E')) {
        lexer->at++;
        if (left(lexer) > 0 && (*lexer->at == '+' || *lexer->at == '-'))
            lexer->at++;
        if (left(lexer) == 0 || !is_digit(*lexer->at))
            lexer->at = mantissa_end;
        skip_digits(lexer);
    }
}

static bool read_heredoc_tag(Lexer *lexer, Token *token)
{
    lexer->at += 2;
    token->flush = starts(lexer, "-");
    lexer->at += token->flush;
    token->text = lexer->at;
    read_name(lexer);
    token->len = (size_t)(lexer->at - token->text);
    if (starts(lexer, "\r\n"))
        lexer->at++;
    if (token->len == 0 || !starts(lexer, "\n"))
        return hcl_fail(lexer->err, token->place,
                        "expected a name and the end of the line after \"<<\"");
    lexer->at++;
    lexer_new_line(lexer);
    token->kind = TOKEN_HEREDOC;
    return true;
}

static bool read_symbol(Lexer *lexer, Token *token)
{
    static const char *const symbols[] = {
        "...", "==", "!=", "<=", ">=", "&&", "||", "=>", "::", "{", "}", "[", "]", "(", ")",
        "=",   ":",  ",",  ".",  "?",  "!",  "<",  ">",  "+",  "-", "*", "/", "%", "~"};
    token->kind = TOKEN_SYMBOL;
    for (size_t i = 0; i < ARRAY_LENGTH(symbols); i++) {
        if (starts(lexer, symbols[i])) {
            token->len = strlen(symbols[i]);
            lexer->at += token->len;
            return true;
        }
    }
    unsigned char c = (unsigned char)*lexer->at;
    if (c > 0x20 && c < 0x7f)
        return hcl_fail(lexer->err, token->place, "unexpected character \"%c\"", c);
    return hcl_fail(lexer->err, token->place, "unexpected character 0x%02x", c);
}

bool lexer_next(Lexer *lexer, Token *ret)
{
    if (!skip_space(lexer))
        return false;
    *ret = (Token){.text = lexer->at, .place = lexer_place(lexer, lexer->at)};
    if (lexer->at == lexer->end) {
        ret->kind = TOKEN_END;
        return true;
    }
    if (starts(lexer, "<<"))
        return read_heredoc_tag(lexer, ret);
    char c = *lexer->at;
    if (c == '\n' || c == '"') {
        ret->kind = c == '"' ? TOKEN_QUOTE : TOKEN_NEWLINE;
        lexer->at++;
        if (c == '\n')
            lexer_new_line(lexer);
    } else if (is_letter(c)) {
        ret->kind = TOKEN_NAME;
        read_name(lexer);
    } else if (is_digit(c)) {
        ret->kind = TOKEN_NUMBER;
        read_number(lexer);
    } else {
        return read_symbol(lexer, ret);
    }
    ret->len = (size_t)(lexer->at - ret->text);
    return true;
}
