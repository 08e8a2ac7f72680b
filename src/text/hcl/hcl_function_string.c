/* The standard functions on strings and numbers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "hcl_function.h"

#define BLANKS " \t\r\n\v\f"

static const char *text_at(const Call *call, size_t i)
{
    return call->args[i]->string;
}

static bool give(Call *call, const char *text, HclValue **ret)
{
    *ret = hcl_new_string(call->arena, text);
    return true;
}

static bool give_part(Call *call, const char *text, size_t len, HclValue **ret)
{
    return give(call, arena_strndup(call->arena, text, len), ret);
}

static bool give_buf(Call *call, Buf *out, HclValue **ret)
{
    return give(call, buf_steal(out, call->arena), ret);
}

static bool change_case(Call *call, char from, HclValue **ret)
{
    char *text = arena_strdup(call->arena, text_at(call, 0));
    for (char *at = text; *at != '\0'; at++) {
        if (*at >= from && *at < from + 26)
            *at = (char)(*at ^ 0x20);
    }
    return give(call, text, ret);
}

static bool lower(Call *call, HclValue **ret)
{
    return change_case(call, 'A', ret);
}

static bool upper(Call *call, HclValue **ret)
{
    return change_case(call, 'a', ret);
}

static bool trim_set(Call *call, const char *set, HclValue **ret)
{
    const char *text = text_at(call, 0);
    text += strspn(text, set);
    size_t len = strlen(text);
    while (len > 0 && strchr(set, text[len - 1]) != NULL)
        len--;
    return give_part(call, text, len, ret);
}

static bool trimspace(Call *call, HclValue **ret)
{
    return trim_set(call, BLANKS, ret);
}

static bool trim(Call *call, HclValue **ret)
{
    return trim_set(call, text_at(call, 1), ret);
}

static bool chomp(Call *call, HclValue **ret)
{
    size_t len = strlen(text_at(call, 0));
    while (len > 0 && strchr("\r\n", text_at(call, 0)[len - 1]) != NULL)
        len--;
    return give_part(call, text_at(call, 0), len, ret);
}

static bool trimprefix(Call *call, HclValue **ret)
{
    const char *text = text_at(call, 0);
    bool cut = text_starts(text, text_at(call, 1));
    return give(call, text + (cut ? strlen(text_at(call, 1)) : 0), ret);
}

static bool trimsuffix(Call *call, HclValue **ret)
{
    const char *text = text_at(call, 0);
    bool cut = text_ends(text, text_at(call, 1));
    return give_part(call, text, strlen(text) - (cut ? strlen(text_at(call, 1)) : 0), ret);
}

static bool startswith(Call *call, HclValue **ret)
{
    *ret = hcl_new_bool(call->arena, text_starts(text_at(call, 0), text_at(call, 1)));
    return true;
}

static bool endswith(Call *call, HclValue **ret)
{
    *ret = hcl_new_bool(call->arena, text_ends(text_at(call, 0), text_at(call, 1)));
    return true;
}

static bool replace(Call *call, HclValue **ret)
{
    const char *text = text_at(call, 0);
    const char *old = text_at(call, 1);
    size_t old_len = strlen(old);
    if (old_len == 0)
        return give(call, text, ret);
    Buf out = {0};
    const char *found;
    while ((found = strstr(text, old)) != NULL) {
        buf_add(&out, text, (size_t)(found - text));
        buf_add_str(&out, text_at(call, 2));
        text = found + old_len;
    }
    buf_add_str(&out, text);
    return give_buf(call, &out, ret);
}

static bool split(Call *call, HclValue **ret)
{
    const char *separator = text_at(call, 0);
    const char *text = text_at(call, 1);
    size_t len = strlen(separator);
    VEC(HclValue *) parts = {0};
    const char *found;
    while (len > 0 && (found = strstr(text, separator)) != NULL) {
        char *part = arena_strndup(call->arena, text, (size_t)(found - text));
        VEC_PUSH(call->arena, parts, hcl_new_string(call->arena, part));
        text = found + len;
    }
    VEC_PUSH(call->arena, parts, hcl_new_string(call->arena, text));
    *ret = hcl_new_list(call->arena, parts.items, parts.count);
    return true;
}

static bool join(Call *call, HclValue **ret)
{
    Buf out = {0};
    const HclValue *list = call->args[1];
    for (size_t i = 0; i < list->count; i++) {
        const char *text;
        if (!hcl_to_string(call->arena, list->items[i], &text)) {
            buf_free(&out);
            return error_set(call->err, EXIT_USAGE,
                             "join(): expected strings in the list, found %s",
                             hcl_type_name(list->items[i]->type));
        }
        buf_printf(&out, "%s%s", i == 0 ? "" : text_at(call, 0), text);
    }
    return give_buf(call, &out, ret);
}

/* Characters, not bytes; a negative length reaches to the end. */
static bool substr(Call *call, HclValue **ret)
{
    const char *text = text_at(call, 0);
    double offset = call->args[1]->number;
    double length = call->args[2]->number;
    double total = (double)text_utf8_length(text, strlen(text));
    if (offset < 0)
        offset = fmax(0, total + offset);
    offset = fmin(offset, total);
    double end = length < 0 ? total : fmin(total, offset + length);
    const char *start = text;
    const char *stop = text;
    double at = 0;
    for (const char *c = text; *c != '\0'; at++) {
        if (at == offset)
            start = c;
        do
            c++;
        while (((unsigned char)*c & 0xc0) == 0x80);
        if (at < end)
            stop = c;
    }
    return give_part(call, start, stop > start && offset < end ? (size_t)(stop - start) : 0, ret);
}

/* RFC 3986's unreserved characters stay. */
static bool urlescape(Call *call, HclValue **ret)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    Buf out = {0};
    for (const char *at = text_at(call, 0); *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL)
            buf_add_char(&out, *at);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*at);
    }
    return give_buf(call, &out, ret);
}

static bool jsonencode(Call *call, HclValue **ret)
{
    return hcl_to_json(call->arena, call->args[0], ret, call->err);
}

static bool jsondecode(Call *call, HclValue **ret)
{
    return hcl_from_json(call->arena, text_at(call, 0), ret, call->err);
}

/* A verb of format(): %[-][0][width][.precision]letter. */
typedef struct Verb {
    bool left, zeros;
    size_t width, precision;
    bool has_precision;
    char letter;
} Verb;

static const char *read_small(const char *text, size_t *ret)
{
    *ret = 0;
    while (*text >= '0' && *text <= '9' && *ret < 1000)
        *ret = *ret * 10 + (size_t)(*text++ - '0');
    return text;
}

/* Behind the '%'; the place behind the verb, or NULL. */
static const char *read_verb(const char *text, Verb *ret)
{
    *ret = (Verb){.precision = 6};
    for (; *text == '-' || *text == '0'; text++) {
        ret->left |= *text == '-';
        ret->zeros |= *text == '0';
    }
    text = read_small(text, &ret->width);
    ret->has_precision = *text == '.';
    if (ret->has_precision)
        text = read_small(text + 1, &ret->precision);
    ret->letter = *text;
    bool fits = ret->width < 1000 && ret->precision <= 100;
    return fits && *text != '\0' && strchr("svqdxXfg%", *text) != NULL ? text + 1 : NULL;
}

static bool show_whole(const Verb *verb, double number, char *ret, size_t size)
{
    if (number != floor(number) || fabs(number) > 1e15)
        return false;
    long long whole = (long long)number;
    if (verb->letter == 'x')
        snprintf(ret, size, "%s%llx", whole < 0 ? "-" : "", whole < 0 ? -whole : whole);
    else if (verb->letter == 'X')
        snprintf(ret, size, "%s%llX", whole < 0 ? "-" : "", whole < 0 ? -whole : whole);
    else
        snprintf(ret, size, "%lld", whole);
    return true;
}

/* The value as the verb wants it, not yet padded; NULL when it does not fit. In the arena. */
static const char *show_by_verb(Call *call, const Verb *verb, const HclValue *value)
{
    const char *text;
    double number;
    HclValue *json;
    char digits[512];
    if (strchr("sv", verb->letter) != NULL && hcl_to_string(call->arena, value, &text))
        return text;
    if (strchr("vq", verb->letter) != NULL) {
        Error ignored = {0};
        bool ok = hcl_to_json(call->arena, value, &json, &ignored);
        error_clear(&ignored);
        return ok ? json->string : NULL;
    }
    if (verb->letter == 's' || !hcl_to_number(value, &number))
        return NULL;
    if (verb->letter == 'f')
        snprintf(digits, sizeof(digits), "%.*f", (int)verb->precision, number);
    else if (verb->letter == 'g')
        snprintf(digits, sizeof(digits), "%.*g", verb->has_precision ? (int)verb->precision : 15,
                 number);
    else if (!show_whole(verb, number, digits, sizeof(digits)))
        return NULL;
    return arena_strdup(call->arena, digits);
}

static void add_padded(Buf *out, const Verb *verb, const char *text)
{
    size_t len = text_utf8_length(text, strlen(text));
    size_t padding = verb->width > len ? verb->width - len : 0;
    bool zeros = verb->zeros && !verb->left && strchr("svq", verb->letter) == NULL;
    if (zeros && *text == '-' && padding > 0)
        buf_add_char(out, *text++);
    for (size_t i = 0; !verb->left && i < padding; i++)
        buf_add_char(out, zeros ? '0' : ' ');
    buf_add_str(out, text);
    for (size_t i = 0; verb->left && i < padding; i++)
        buf_add_char(out, ' ');
}

/* At a '%'; *next is the argument to use, moved on when one was. */
static bool add_verb(Call *call, const char **at, size_t *next, Buf *out)
{
    Verb verb;
    const char *end = read_verb(*at + 1, &verb);
    if (end == NULL)
        return error_set(
            call->err, EXIT_USAGE,
            "format(): unknown verb at \"%.10s\"; known are %%s %%v %%q %%d %%x %%f %%g", *at);
    *at = end;
    if (verb.letter == '%') {
        buf_add_char(out, '%');
        return true;
    }
    if (*next >= call->count)
        return error_set(call->err, EXIT_USAGE, "format(): an argument for %%%c is missing",
                         verb.letter);
    const char *text = show_by_verb(call, &verb, call->args[*next]);
    if (text == NULL)
        return error_set(call->err, EXIT_USAGE, "format(): argument %zu does not fit %%%c",
                         *next + 1, verb.letter);
    add_padded(out, &verb, text);
    ++*next;
    return true;
}

static bool format(Call *call, HclValue **ret)
{
    Buf out = {0};
    size_t next = 1;
    bool ok = true;
    const char *at = text_at(call, 0);
    while (ok && *at != '\0') {
        if (*at == '%')
            ok = add_verb(call, &at, &next, &out);
        else
            buf_add_char(&out, *at++);
    }
    if (ok && next < call->count)
        ok = error_set(call->err, EXIT_USAGE, "format(): %zu arguments, but verbs for %zu",
                       call->count - 1, next - 1);
    if (!ok) {
        buf_free(&out);
        return false;
    }
    return give_buf(call, &out, ret);
}

static bool give_number(Call *call, double number, HclValue **ret)
{
    *ret = hcl_new_number(call->arena, number);
    return true;
}

static bool absolute(Call *call, HclValue **ret)
{
    return give_number(call, fabs(call->args[0]->number), ret);
}

static bool round_up(Call *call, HclValue **ret)
{
    return give_number(call, ceil(call->args[0]->number), ret);
}

static bool round_down(Call *call, HclValue **ret)
{
    return give_number(call, floor(call->args[0]->number), ret);
}

static bool maximum(Call *call, HclValue **ret)
{
    double most = call->args[0]->number;
    for (size_t i = 1; i < call->count; i++)
        most = fmax(most, call->args[i]->number);
    return give_number(call, most, ret);
}

static bool minimum(Call *call, HclValue **ret)
{
    double least = call->args[0]->number;
    for (size_t i = 1; i < call->count; i++)
        least = fmin(least, call->args[i]->number);
    return give_number(call, least, ret);
}

const FunctionRow hcl_string_functions[] = {
    {"abs", absolute, "n"},
    {"ceil", round_up, "n"},
    {"chomp", chomp, "s"},
    {"endswith", endswith, "ss"},
    {"floor", round_down, "n"},
    {"format", format, "sa*"},
    {"join", join, "sl"},
    {"jsondecode", jsondecode, "s"},
    {"jsonencode", jsonencode, "a"},
    {"lower", lower, "s"},
    {"max", maximum, "nn*"},
    {"min", minimum, "nn*"},
    {"replace", replace, "sss"},
    {"split", split, "ss"},
    {"startswith", startswith, "ss"},
    {"substr", substr, "snn"},
    {"trim", trim, "ss"},
    {"trimprefix", trimprefix, "ss"},
    {"trimspace", trimspace, "s"},
    {"trimsuffix", trimsuffix, "ss"},
    {"upper", upper, "s"},
    {"urlescape", urlescape, "s"},
    {NULL, NULL, NULL},
};
