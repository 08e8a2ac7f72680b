/* Tokens of a statement and the identifiers they mean, for look-ups without a parse tree. */
#include <stdint.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/text/sqlscan.h"
#include "sqllex.h"

SqlToken sqlscan_token(const char *text, size_t len, size_t from)
{
    static const SqlTokenKind kinds[] = {
        [LEX_END] = SQL_TOKEN_END,
        [LEX_WORD] = SQL_TOKEN_WORD,
        [LEX_QUOTED_WORD] = SQL_TOKEN_QUOTED_WORD,
        [LEX_STRING] = SQL_TOKEN_STRING,
        [LEX_NUMBER] = SQL_TOKEN_NUMBER,
        [LEX_SYMBOL] = SQL_TOKEN_SYMBOL,
        [LEX_UNCLOSED] = SQL_TOKEN_STRING,
    };
    Lexer lexer = sqllex_over(text, len, from, false);
    LexToken token = sqllex_next(&lexer);
    if (token.kind == LEX_UNCLOSED && token.unclosed == UNCLOSED_COMMENT)
        token = (LexToken){LEX_END, UNCLOSED_COMMENT, len, len};
    return (SqlToken){kinds[token.kind], token.start, token.end - token.start, token.end};
}

bool sqlscan_is_word(const char *text, const SqlToken *token, const char *keyword)
{
    Lexer lexer = sqllex_over(text, token->end, token->start, false);
    LexToken word = {.kind = LEX_WORD, .start = token->start, .end = token->end};
    return token->kind == SQL_TOKEN_WORD && sqllex_is_word(&lexer, &word, keyword);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_utf8(Buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_add_char(out, (char)c);
    } else if (c < 0x800) {
        buf_add_char(out, (char)(0xc0 | c >> 6));
        buf_add_char(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_add_char(out, (char)(0xe0 | c >> 12));
        buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_add_char(out, (char)(0xf0 | (c >> 18 & 0x07)));
        buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* Reads XXXX or +XXXXXX; the number of bytes read, 0 when it is neither. */
static size_t read_code_point(const char *text, size_t len, uint32_t *ret)
{
    size_t sign = len > 0 && text[0] == '+' ? 1 : 0;
    size_t digits = sign ? 6 : 4;
    if (len < sign + digits)
        return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        int digit = hex_value(text[sign + i]);
        if (digit < 0)
            return 0;
        value = value * 16 + (uint32_t)digit;
    }
    *ret = value;
    return sign + digits;
}

/* Undoes U& escapes; a pair of surrogates is one character. Wrong escapes are left as they stand.
 */
static void decode_unicode(Buf *out, const char *text, size_t len, char escape)
{
    uint32_t high = 0;
    for (size_t i = 0; i < len;) {
        uint32_t c = 0;
        size_t used = text[i] == escape ? read_code_point(text + i + 1, len - i - 1, &c) : 0;
        if (used == 0) {
            i += text[i] == escape && i + 1 < len && text[i + 1] == escape ? 1 : 0;
            buf_add_char(out, text[i++]);
            continue;
        }
        i += used + 1;
        if (c >= 0xd800 && c < 0xdc00)
            high = c;
        else if (c >= 0xdc00 && c < 0xe000 && high)
            add_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00)), high = 0;
        else if (c != 0)
            add_utf8(out, c);
    }
}

/* The character that UESCAPE names, behind the closing quote at `from`. */
static char uescape_of(const char *text, size_t from, size_t end)
{
    for (size_t i = from; i + 2 < end; i++) {
        if (text[i] == '\'')
            return text[i + 1];
    }
    return '\\';
}

char *sqlscan_identifier(Arena *arena, const char *text, const SqlToken *token)
{
    const char *from = text + token->start;
    if (token->kind == SQL_TOKEN_WORD) {
        char *word = arena_strndup(arena, from, token->len);
        for (char *c = word; *c; c++)
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
        return word;
    }
    if (token->kind != SQL_TOKEN_QUOTED_WORD)
        return arena_strndup(arena, from, token->len);

    bool unicode = from[0] != '"';
    Buf plain = {0};
    size_t i = unicode ? 3 : 1;
    for (; i < token->len; i++) {
        if (from[i] == '"' && !(i + 1 < token->len && from[++i] == '"'))
            break;
        buf_add_char(&plain, from[i]);
    }
    if (!unicode)
        return buf_steal(&plain, arena);

    Buf decoded = {0};
    decode_unicode(&decoded, buf_text(&plain), plain.len, uescape_of(from, i, token->len));
    buf_free(&plain);
    return buf_steal(&decoded, arena);
}
