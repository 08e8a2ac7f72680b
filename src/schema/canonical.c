/*
 * One form for what the server prints in two: an expression as it was first written, and as it is after the
 * printed text was read again, by pg_dump and a restore. Casting an array becomes casting its elements, and
 * "(a AND b) AND c" the flat list that the parser makes of it. Both mean the same, so comparing this form is
 * safe; SQL that is run never comes from it.
 */
#include <ctype.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "ddl.h"

/* Behind the '…', "…" or $…$ that begins here; just behind any other character. */
static size_t token_length(const char *text, size_t at, size_t len)
{
    char mark = text[at];
    size_t end = at + 1;
    if (mark == '\'' || mark == '"') {
        while (end < len && text[end] != mark)
            end++;
        return (end < len ? end + 1 : len) - at;
    }
    if (mark != '$')
        return 1;
    while (end < len && (isalnum((unsigned char)text[end]) || text[end] == '_'))
        end++;
    if (end == len || text[end] != '$')
        return 1;
    size_t tag = end + 1 - at;
    for (size_t c = end + 1; c + tag <= len; c++) {
        if (strncmp(text + c, text + at, tag) == 0)
            return c + tag - at;
    }
    return len - at;
}

/* The place of the bracket that closes the one at `at`; len when none does. */
static size_t closing(const char *text, size_t at, size_t len)
{
    int depth = 0;
    for (size_t i = at; i < len; i += token_length(text, i, len)) {
        depth += (text[i] == '(' || text[i] == '[') - (text[i] == ')' || text[i] == ']');
        if (depth == 0)
            return i;
    }
    return len;
}

/* The parts between separators outside quotes and brackets. */
static void split(Arena *arena, const char *text, const char *separator, StringList *ret)
{
    size_t len = strlen(text), start = 0, width = strlen(separator);
    for (size_t i = 0; i < len;) {
        if (text[i] == '(' || text[i] == '[') {
            i = closing(text, i, len);
            i += i < len;
        } else if (strncmp(text + i, separator, width) == 0) {
            VEC_PUSH(arena, *ret, arena_strndup(arena, text + start, i - start));
            i += width;
            start = i;
        } else {
            i += token_length(text, i, len);
        }
    }
    VEC_PUSH(arena, *ret, arena_strndup(arena, text + start, len - start));
}

/* What stands by itself, without brackets around it, may hold words that only look like the operator. */
static bool is_plain(const char *operand)
{
    static const char *const words[] = {"SELECT", "WITH", "VALUES", "CASE", "ROWS", "RANGE", "GROUPS"};
    while (isspace((unsigned char)*operand))
        operand++;
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (text_starts(operand, words[i]))
            return false;
    }
    return true;
}

static bool is_list(Arena *arena, const char *text, const char *operator, StringList *ret)
{
    StringList commas = {0};
    *ret = (StringList){0};
    split(arena, text, operator, ret);
    split(arena, text, ",", &commas);
    return ret->count > 1 && commas.count == 1 && is_plain(text);
}

/* "(a AND b) AND c" without the brackets of its first part, as often as there are such. */
static const char *flatten(Arena *arena, const char *inner, const char *operator)
{
    StringList parts, nested;
    while (inner[0] == '(' && is_list(arena, inner, operator, &parts)) {
        const char *first = parts.items[0];
        size_t len = strlen(first);
        if (first[0] != '(' || closing(first, 0, len) != len - 1)
            return inner;
        const char *within = arena_strndup(arena, first + 1, len - 2);
        if (!is_list(arena, within, operator, &nested))
            return inner;
        inner = arena_printf(arena, "%s%s", within, inner + len);
    }
    return inner;
}

/* The length of the type in "::type[]" at the beginning of the text; 0 when there is none. */
static size_t array_type(const char *text)
{
    if (!text_starts(text, "::"))
        return 0;
    size_t len = strcspn(text + 2, "[]),;'");
    return len > 0 && text_starts(text + 2 + len, "[]") ? len : 0;
}

/* "(ARRAY[a, b])::type[]" as ARRAY[(a)::type, (b)::type]: inner is what the brackets hold. */
static bool add_array(Arena *arena, Buf *out, const char *inner, const char *behind, size_t *ret_taken)
{
    size_t len = strlen(inner), type = array_type(behind), start = strlen("ARRAY");
    StringList elements = {0};
    if (type == 0 || !text_starts(inner, "ARRAY[") || closing(inner, start, len) != len - 1)
        return false;
    split(arena, arena_strndup(arena, inner + start + 1, len - start - 2), ", ", &elements);
    buf_add_str(out, "ARRAY[");
    for (size_t i = 0; i < elements.count; i++)
        buf_printf(out, "%s(%s)::%.*s", i ? ", " : "", elements.items[i], (int)type, behind + 2);
    buf_add_char(out, ']');
    *ret_taken = 2 + type + 2;
    return true;
}

/* As it stands in pretty-printed text: "ARRAY[a, b]::type[]" as ARRAY[a::type, b::type]. Returns
 * what it took. */
static size_t add_bare_array(Arena *arena, Buf *out, const char *text, size_t len)
{
    size_t start = strlen("ARRAY"), end = text_starts(text, "ARRAY[") ? closing(text, start, len) : len;
    size_t type = end < len ? array_type(text + end + 1) : 0;
    StringList elements = {0};
    if (type == 0 || end == start + 1)
        return 0;
    split(arena, arena_strndup(arena, text + start + 1, end - start - 1), ", ", &elements);
    buf_add_str(out, "ARRAY[");
    for (size_t i = 0; i < elements.count; i++)
        buf_printf(out, "%s%s::%.*s", i ? ", " : "", elements.items[i], (int)type, text + end + 3);
    buf_add_char(out, ']');
    return end + 1 + 2 + type + 2;
}

const char *ddl_canonical(Arena *arena, const char *text)
{
    size_t len = strlen(text), taken;
    Buf out = {0};
    for (size_t i = 0; i < len;) {
        size_t end = text[i] == '(' ? closing(text, i, len) : len;
        if (text[i] != '(' || end == len) {
            taken = add_bare_array(arena, &out, text + i, len - i);
            size_t token = taken > 0 ? taken : token_length(text, i, len);
            if (taken == 0)
                buf_add(&out, text + i, token);
            i += token;
            continue;
        }
        const char *inner = ddl_canonical(arena, arena_strndup(arena, text + i + 1, end - i - 1));
        i = end + 1;
        if (add_array(arena, &out, inner, text + i, &taken)) {
            i += taken;
            continue;
        }
        inner = flatten(arena, flatten(arena, inner, " AND "), " OR ");
        buf_printf(&out, "(%s)", inner);
    }
    return buf_steal(&out, arena);
}
