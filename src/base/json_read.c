/* A strict reader of JSON (RFC 8259) that keeps one member of the outermost object. */
#include "dbmig/base/json_read.h"

#include <string.h>

#include "dbmig/base/buf.h"

#define MOST_DEPTH 64

typedef struct Reader {
    const char *text;
    const char *at;
    Buf string; /* the last one read, decoded */
} Reader;

static bool read_value(Reader *reader, int depth);

static void skip_blanks(Reader *reader)
{
    reader->at += strspn(reader->at, " \t\r\n");
}

static bool take(Reader *reader, char c)
{
    if (*reader->at != c)
        return false;
    reader->at++;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return found == NULL ? -1 : (int)(found - digits);
}

static bool read_unit(Reader *reader, unsigned *ret)
{
    *ret = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(*reader->at);
        if (digit < 0)
            return false;
        *ret = *ret * 16 + (unsigned)digit;
        reader->at++;
    }
    return true;
}

static void add_utf8(Buf *out, unsigned code)
{
    if (code < 0x80) {
        buf_add_char(out, (char)code);
    } else if (code < 0x800) {
        buf_add_char(out, (char)(0xc0 | code >> 6));
        buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        buf_add_char(out, (char)(0xe0 | code >> 12));
        buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    } else {
        buf_add_char(out, (char)(0xf0 | code >> 18));
        buf_add_char(out, (char)(0x80 | (code >> 12 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3f)));
        buf_add_char(out, (char)(0x80 | (code & 0x3f)));
    }
}

/* Behind the u. No NUL: names and texts of ours have none. */
static bool read_code(Reader *reader)
{
    unsigned code;
    unsigned low;
    if (!read_unit(reader, &code) || code == 0 || (code >= 0xdc00 && code < 0xe000))
        return false;
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take(reader, '\\') || !take(reader, 'u') || !read_unit(reader, &low) || low < 0xdc00 ||
            low >= 0xe000)
            return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    add_utf8(&reader->string, code);
    return true;
}

static bool read_escape(Reader *reader)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (take(reader, 'u'))
        return read_code(reader);
    const char *found = *reader->at == '\0' ? NULL : strchr(letters, *reader->at);
    if (found == NULL)
        return false;
    buf_add_char(&reader->string, meanings[found - letters]);
    reader->at++;
    return true;
}

static bool read_string(Reader *reader)
{
    buf_clear(&reader->string);
    if (!take(reader, '"'))
        return false;
    while (!take(reader, '"')) {
        if ((unsigned char)*reader->at < 0x20)
            return false;
        if (!take(reader, '\\'))
            buf_add_char(&reader->string, *reader->at++);
        else if (!read_escape(reader))
            return false;
    }
    return true;
}

static bool read_digits(Reader *reader)
{
    size_t count = strspn(reader->at, "0123456789");
    reader->at += count;
    return count > 0;
}

static bool read_number(Reader *reader)
{
    take(reader, '-');
    if (!take(reader, '0') && !read_digits(reader))
        return false;
    if (take(reader, '.') && !read_digits(reader))
        return false;
    if (*reader->at != 'e' && *reader->at != 'E')
        return true;
    reader->at++;
    if (!take(reader, '-'))
        take(reader, '+');
    return read_digits(reader);
}

static bool read_word(Reader *reader)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        size_t len = strlen(words[i]);
        if (strncmp(reader->at, words[i], len) == 0) {
            reader->at += len;
            return true;
        }
    }
    return false;
}

static bool read_array(Reader *reader, int depth)
{
    skip_blanks(reader);
    if (take(reader, ']'))
        return true;
    do {
        if (!read_value(reader, depth))
            return false;
    } while (take(reader, ','));
    return take(reader, ']');
}

/* key NULL: nothing is kept. */
static bool read_object(Reader *reader, int depth, Arena *arena, const char *key, const char **ret)
{
    skip_blanks(reader);
    if (take(reader, '}'))
        return true;
    do {
        skip_blanks(reader);
        if (!read_string(reader))
            return false;
        bool wanted = key != NULL && strcmp(buf_text(&reader->string), key) == 0;
        skip_blanks(reader);
        if (!take(reader, ':'))
            return false;
        skip_blanks(reader);
        bool is_text = *reader->at == '"';
        if (!read_value(reader, depth))
            return false;
        if (wanted)
            *ret = is_text ? arena_strdup(arena, buf_text(&reader->string)) : NULL;
    } while (take(reader, ','));
    return take(reader, '}');
}

static bool read_value(Reader *reader, int depth)
{
    bool ok;
    skip_blanks(reader);
    if (depth == MOST_DEPTH)
        return false;
    if (take(reader, '{'))
        ok = read_object(reader, depth + 1, NULL, NULL, NULL);
    else if (take(reader, '['))
        ok = read_array(reader, depth + 1);
    else if (*reader->at == '"')
        ok = read_string(reader);
    else
        ok = *reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9') ? read_number(reader)
                                                                              : read_word(reader);
    skip_blanks(reader);
    return ok;
}

bool json_read_member(Arena *arena, const char *text, const char *key, const char **ret,
                      size_t *ret_offset)
{
    Reader reader = {.text = text, .at = text};
    *ret = NULL;
    skip_blanks(&reader);
    bool ok = take(&reader, '{') ? read_object(&reader, 1, arena, key, ret) : read_value(&reader, 0);
    skip_blanks(&reader);
    ok = ok && *reader.at == '\0';
    *ret_offset = (size_t)(reader.at - text);
    buf_free(&reader.string);
    return ok;
}
