/* Streaming JSON writer (RFC 8259). */
#include "dbmig/base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

void json_begin(JsonWriter *json, Buf *out, bool pretty)
{
    *json = (JsonWriter){.out = out, .pretty = pretty};
}

static void new_line(JsonWriter *json)
{
    if (json->pretty)
        buf_printf(json->out, "\n%*s", 2 * json->depth, "");
}

/* The comma and line break before a member of the container that is open. */
static void separate(JsonWriter *json)
{
    if (json->need_comma[json->depth])
        buf_add_char(json->out, ',');
    json->need_comma[json->depth] = true;
    if (json->depth > 0)
        new_line(json);
}

static void before_value(JsonWriter *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->in_object[json->depth])
        BUG("json: a value where a key must stand");
    if (json->depth == 0 && json->need_comma[0])
        BUG("json: a second value at the top");
    separate(json);
}

static void open_container(JsonWriter *json, bool object)
{
    before_value(json);
    if (json->depth + 1 >= JSON_MAX_DEPTH)
        BUG("json: nested too deep");
    buf_add_char(json->out, object ? '{' : '[');
    json->depth++;
    json->in_object[json->depth] = object;
    json->need_comma[json->depth] = false;
}

static void close_container(JsonWriter *json, bool object)
{
    if (json->depth == 0 || json->in_object[json->depth] != object || json->after_key)
        BUG("json: an end that does not fit");
    bool has_members = json->need_comma[json->depth];
    json->depth--;
    if (has_members)
        new_line(json);
    buf_add_char(json->out, object ? '}' : ']');
}

void json_object_begin(JsonWriter *json)
{
    open_container(json, true);
}

void json_object_end(JsonWriter *json)
{
    close_container(json, true);
}

void json_array_begin(JsonWriter *json)
{
    open_container(json, false);
}

void json_array_end(JsonWriter *json)
{
    close_container(json, false);
}

static void add_escaped(Buf *out, unsigned char c)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof(letters); i += 2) {
        if ((unsigned char)letters[i] == c) {
            buf_add_char(out, '\\');
            buf_add_char(out, letters[i + 1]);
            return;
        }
    }
    buf_printf(out, "\\u%04x", c);
}

/* A CI runner looks for these two anywhere in a line of the log, in JSON as well. */
static bool begins_command(const char *text, size_t len)
{
    return (len >= 3 && memcmp(text, "##[", 3) == 0) || (len >= 6 && memcmp(text, "##vso[", 6) == 0);
}

/* Adds valid UTF-8, in runs between the characters that need an escape. */
static void add_valid(Buf *out, const char *text, size_t len)
{
    size_t start = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && !begins_command(text + i, len - i))
            continue;
        buf_add(out, text + start, i - start);
        add_escaped(out, c);
        start = i + 1;
    }
    buf_add(out, text + start, len - start);
}

static void add_quoted(Buf *out, const char *text, size_t len)
{
    buf_add_char(out, '"');
    while (len > 0) {
        size_t good = text_utf8_bad(text, len);
        add_valid(out, text, good);
        if (good == len)
            break;
        buf_add_str(out, REPLACEMENT);
        text += good + 1;
        len -= good + 1;
    }
    buf_add_char(out, '"');
}

void json_key(JsonWriter *json, const char *key)
{
    if (!json->in_object[json->depth] || json->after_key)
        BUG("json: key \"%s\" where a value must stand", key);
    separate(json);
    add_quoted(json->out, key, strlen(key));
    buf_add_str(json->out, json->pretty ? ": " : ":");
    json->after_key = true;
}

void json_string(JsonWriter *json, const char *text)
{
    if (text == NULL)
        json_null(json);
    else
        json_string_n(json, text, strlen(text));
}

void json_string_n(JsonWriter *json, const char *text, size_t len)
{
    before_value(json);
    add_quoted(json->out, text, len);
}

void json_int(JsonWriter *json, int64_t value)
{
    before_value(json);
    buf_printf(json->out, "%" PRId64, value);
}

/* The locale decides how printf writes the decimal point, and it may have several bytes. */
static void add_number(Buf *out, const char *digits)
{
    while (*digits != '\0') {
        size_t plain = strspn(digits, "0123456789+-e");
        buf_add(out, digits, plain);
        digits += plain;
        size_t point = strcspn(digits, "0123456789+-e");
        if (point > 0)
            buf_add_char(out, '.');
        digits += point;
    }
}

void json_double(JsonWriter *json, double value)
{
    if (!isfinite(value)) {
        json_null(json);
        return;
    }
    before_value(json);
    char digits[64];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof(digits), "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    add_number(json->out, digits);
}

void json_bool(JsonWriter *json, bool value)
{
    before_value(json);
    buf_add_str(json->out, value ? "true" : "false");
}

void json_null(JsonWriter *json)
{
    before_value(json);
    buf_add_str(json->out, "null");
}

void json_key_string(JsonWriter *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

void json_key_int(JsonWriter *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_int(json, value);
}

void json_key_bool(JsonWriter *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}
