/* HCL values from JSON (RFC 8259) and as JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/json.h"
#include "dbmig/base/text.h"
#include "hcl_function.h"

typedef struct Reader {
    Arena *arena;
    const char *start;
    const char *at;
    unsigned depth;
    Error *err;
} Reader;

static bool read_value(Reader *reader, HclValue **ret);

static bool fail(Reader *reader, const char *expected)
{
    size_t offset = (size_t)(reader->at - reader->start);
    error_set(reader->err, EXIT_USAGE, "invalid JSON at byte %zu: expected %s", offset + 1,
              expected);
    return false;
}

static void skip_blanks(Reader *reader)
{
    reader->at += strspn(reader->at, " \t\r\n");
}

static bool take(Reader *reader, const char *word)
{
    if (!text_starts(reader->at, word))
        return false;
    reader->at += strlen(word);
    return true;
}

static bool read_unit(Reader *reader, unsigned *ret)
{
    *ret = 0;
    for (int i = 0; i < 4; i++) {
        char c = *reader->at;
        bool digit = c >= '0' && c <= '9';
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
        if (!digit && !letter)
            return fail(reader, "four hexadecimal digits");
        *ret = *ret * 16 + (unsigned)(digit ? c - '0' : (c | 0x20) - 'a' + 10);
        reader->at++;
    }
    return true;
}

static void add_code_point(Buf *out, unsigned c)
{
    if (c < 0x80) {
        buf_add_char(out, (char)c);
        return;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    buf_add_char(out, (char)(first[more] | c >> (6 * more)));
    while (more-- > 0)
        buf_add_char(out, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

/* Behind "\u". Half a surrogate pair becomes U+FFFD, and NUL is refused: strings end there. */
static bool read_unicode(Reader *reader, Buf *out)
{
    unsigned unit;
    unsigned low;
    if (!read_unit(reader, &unit))
        return false;
    if (unit == 0)
        return fail(reader, "a character other than NUL");
    if (unit >= 0xd800 && unit < 0xdc00 && take(reader, "\\u")) {
        if (!read_unit(reader, &low))
            return false;
        bool pair = low >= 0xdc00 && low < 0xe000;
        unit = pair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
    }
    add_code_point(out, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    return true;
}

static bool read_escape(Reader *reader, Buf *out)
{
    static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    char c = *++reader->at;
    if (c == 'u') {
        reader->at++;
        return read_unicode(reader, out);
    }
    for (size_t i = 0; c != '\0' && i + 1 < sizeof(escapes); i += 2) {
        if (escapes[i] == c) {
            buf_add_char(out, escapes[i + 1]);
            reader->at++;
            return true;
        }
    }
    return fail(reader, "an escape");
}

static bool read_string(Reader *reader, const char **ret)
{
    Buf out = {0};
    bool ok = true;
    reader->at++;
    while (ok && *reader->at != '"') {
        if (*reader->at == '\\')
            ok = read_escape(reader, &out);
        else if ((unsigned char)*reader->at < 0x20)
            ok = fail(reader, "a closing quote");
        else
            buf_add_char(&out, *reader->at++);
    }
    if (ok) {
        reader->at++;
        *ret = arena_strdup(reader->arena, buf_text(&out));
    }
    buf_free(&out);
    return ok;
}

static bool read_number(Reader *reader, HclValue **ret)
{
    char *end;
    size_t len = strspn(reader->at, "0123456789.eE+-");
    const char *digits = arena_strndup(reader->arena, reader->at, len);
    double number = strtod(digits, &end);
    if (len == 0 || *end != '\0' || digits[0] == '+' || digits[0] == '.' || !isfinite(number))
        return fail(reader, "a value");
    reader->at += len;
    *ret = hcl_new_number(reader->arena, number);
    return true;
}

/* Behind a member: true with *ret_more for a comma, false *ret_more for the end. */
static bool read_separator(Reader *reader, const char *close, bool *ret_more)
{
    skip_blanks(reader);
    *ret_more = take(reader, ",");
    if (*ret_more || take(reader, close))
        return true;
    return fail(reader, close[0] == '}' ? "\",\" or \"}\"" : "\",\" or \"]\"");
}

static bool read_list(Reader *reader, HclValue **ret)
{
    VEC(HclValue *) items = {0};
    reader->at++;
    skip_blanks(reader);
    bool more = !take(reader, "]");
    while (more) {
        HclValue *item = NULL;
        if (!read_value(reader, &item) || !read_separator(reader, "]", &more))
            return false;
        VEC_PUSH(reader->arena, items, item);
    }
    *ret = hcl_new_list(reader->arena, items.items, items.count);
    return true;
}

static bool read_object(Reader *reader, HclValue **ret)
{
    VEC(HclValue *) items = {0};
    VEC(const char *) keys = {0};
    reader->at++;
    skip_blanks(reader);
    bool more = !take(reader, "}");
    while (more) {
        const char *key = NULL;
        HclValue *item = NULL;
        skip_blanks(reader);
        if (*reader->at != '"')
            return fail(reader, "a key");
        if (!read_string(reader, &key))
            return false;
        skip_blanks(reader);
        if (!take(reader, ":"))
            return fail(reader, "\":\"");
        if (!read_value(reader, &item) || !read_separator(reader, "}", &more))
            return false;
        VEC_PUSH(reader->arena, keys, key);
        VEC_PUSH(reader->arena, items, item);
    }
    *ret = hcl_new_object(reader->arena, keys.items, items.items, keys.count);
    return true;
}

static bool read_plain(Reader *reader, HclValue **ret)
{
    const char *text;
    if (*reader->at == '"') {
        if (!read_string(reader, &text))
            return false;
        *ret = hcl_new_string(reader->arena, text);
        return true;
    }
    bool yes = take(reader, "true");
    if (yes || take(reader, "false")) {
        *ret = hcl_new_bool(reader->arena, yes);
        return true;
    }
    if (take(reader, "null")) {
        *ret = arena_alloc(reader->arena, sizeof(**ret));
        return true;
    }
    return read_number(reader, ret);
}

static bool read_value(Reader *reader, HclValue **ret)
{
    skip_blanks(reader);
    char c = *reader->at;
    if (c != '{' && c != '[')
        return read_plain(reader, ret);
    if (++reader->depth > HCL_MAX_DEPTH)
        return fail(reader, "fewer levels of nesting");
    bool ok = c == '{' ? read_object(reader, ret) : read_list(reader, ret);
    reader->depth--;
    return ok;
}

bool hcl_from_json(Arena *arena, const char *text, HclValue **ret, Error *err)
{
    Reader reader = {.arena = arena, .start = text, .at = text, .err = err};
    if (!read_value(&reader, ret))
        return false;
    skip_blanks(&reader);
    return *reader.at == '\0' || fail(&reader, "the end");
}

/* The writer's own limit must not be met: that would be a bug there. */
static bool write_value(JsonWriter *json, const HclValue *value, int depth, Error *err)
{
    switch (value->type) {
    case HCL_NULL:
        json_null(json);
        return true;
    case HCL_BOOL:
        json_bool(json, value->boolean);
        return true;
    case HCL_NUMBER:
        if (value->number == floor(value->number) && fabs(value->number) < 1e15)
            json_int(json, (int64_t)value->number);
        else
            json_double(json, value->number);
        return true;
    case HCL_STRING:
        json_string(json, value->string);
        return true;
    case HCL_LIST:
    case HCL_OBJECT:
        break;
    }
    bool object = value->type == HCL_OBJECT;
    if (depth > JSON_MAX_DEPTH - 4)
        return error_set(err, EXIT_USAGE, "jsonencode(): nested too deeply");
    if (object)
        json_object_begin(json);
    else
        json_array_begin(json);
    for (size_t i = 0; i < value->count; i++) {
        if (object)
            json_key(json, value->keys[i]);
        if (!write_value(json, value->items[i], depth + 1, err))
            return false;
    }
    if (object)
        json_object_end(json);
    else
        json_array_end(json);
    return true;
}

bool hcl_to_json(Arena *arena, const HclValue *value, HclValue **ret, Error *err)
{
    Buf out = {0};
    JsonWriter json;
    json_begin(&json, &out, false);
    bool ok = write_value(&json, value, 0, err);
    if (ok)
        *ret = hcl_new_string(arena, buf_text(&out));
    buf_free(&out);
    return ok;
}
