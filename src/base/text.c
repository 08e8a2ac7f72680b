/* Strings, numbers and durations, by ASCII and UTF-8 rules alone: never by the locale's. */
#include "dbmig/base/text.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/shown.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool text_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool text_equal_nocase(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return len >= suffix_len && memcmp(text + len - suffix_len, suffix, suffix_len) == 0;
}

/* Reads digits at *text and moves it behind them; false when there are none or they do not fit. */
static bool read_digits(const char **text, uint64_t most, uint64_t *ret)
{
    const char *at = *text;
    uint64_t value = 0;
    if (!is_digit(*at))
        return false;
    for (; is_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *text = at;
    *ret = value;
    return true;
}

bool text_to_int64(const char *text, int64_t *ret)
{
    bool negative = *text == '-';
    const char *at = negative ? text + 1 : text;
    uint64_t value;
    if (!read_digits(&at, (uint64_t)INT64_MAX + negative, &value) || *at != '\0')
        return false;
    if (negative)
        *ret = value == 0 ? 0 : -(int64_t)(value - 1) - 1;
    else
        *ret = (int64_t)value;
    return true;
}

typedef struct Unit {
    const char *name;
    uint64_t factor;
} Unit;

/* From large to small, as they must follow each other; a factor's first name is the one printed. */
static const Unit duration_units[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"min", 60000}, {"s", 1000}, {"ms", 1},
};

/* The unit that the letters at *text name, or NULL. Moves *text behind them. */
static const Unit *read_unit(const char **text)
{
    size_t len = strcspn(*text, "0123456789");
    for (size_t i = 0; i < ARRAY_LENGTH(duration_units); i++) {
        const Unit *unit = &duration_units[i];
        if (strlen(unit->name) == len && strncmp(unit->name, *text, len) == 0) {
            *text += len;
            return unit;
        }
    }
    return NULL;
}

/* Adds value * factor to *sum; false when the sum is no int64_t. */
static bool add_product(uint64_t value, uint64_t factor, uint64_t *sum)
{
    if (factor != 0 && value > ((uint64_t)INT64_MAX - *sum) / factor)
        return false;
    *sum += value * factor;
    return true;
}

bool text_to_duration(const char *text, long unit_ms, int64_t *ret_ms)
{
    uint64_t sum = 0;
    uint64_t last_factor = UINT64_MAX;
    const char *at = text;
    do {
        uint64_t value;
        if (!read_digits(&at, INT64_MAX, &value))
            return false;
        uint64_t factor = (uint64_t)unit_ms;
        if (*at != '\0' || last_factor != UINT64_MAX) {
            const Unit *unit = read_unit(&at);
            if (unit == NULL || unit->factor >= last_factor)
                return false;
            factor = unit->factor;
        }
        if (!add_product(value, factor, &sum))
            return false;
        last_factor = factor;
    } while (*at != '\0');
    *ret_ms = (int64_t)sum;
    return true;
}

char *text_from_duration(Arena *arena, int64_t ms)
{
    Buf out = {0};
    uint64_t rest = ms < 0 ? (uint64_t)0 - (uint64_t)ms : (uint64_t)ms;
    if (ms < 0)
        buf_add_char(&out, '-');
    if (ms == 0)
        buf_add_str(&out, "0s");
    for (size_t i = 0; i < ARRAY_LENGTH(duration_units); i++) {
        const Unit *unit = &duration_units[i];
        if (unit->factor > 0 && rest >= unit->factor) {
            buf_printf(&out, "%llu%s", (unsigned long long)(rest / unit->factor), unit->name);
            rest %= unit->factor;
        }
    }
    return buf_steal(&out, arena);
}

bool text_to_size(const char *text, uint64_t *ret)
{
    static const struct {
        const char *name;
        unsigned shift;
    } units[] = {
        {"", 0},   {"B", 0},   {"kB", 10}, {"K", 10},  {"MB", 20},
        {"M", 20}, {"GB", 30}, {"G", 30},  {"TB", 40}, {"T", 40},
    };
    uint64_t value;
    if (!read_digits(&text, UINT64_MAX, &value))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
        if (text_equal_nocase(text, units[i].name)) {
            if (value > UINT64_MAX >> units[i].shift)
                return false;
            *ret = value << units[i].shift;
            return true;
        }
    }
    return false;
}

/*
 * The length of the valid UTF-8 character at text (len bytes left, at least one), or 0. The ranges
 * of the second byte are those of table 3-7 of the Unicode Standard.
 */
static size_t character_length(const unsigned char *text, size_t len)
{
    unsigned char first = text[0];
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (len < size || text[1] < low || text[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    return size;
}

size_t text_utf8_bad(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < len) {
        size_t size = character_length(bytes + at, len - at);
        if (size == 0)
            break;
        at += size;
    }
    return at;
}

size_t text_utf8_length(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t count = 0;
    for (size_t at = 0; at < len; count++) {
        size_t size = character_length(bytes + at, len - at);
        at += size == 0 ? 1 : size;
    }
    return count;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void text_split(Arena *arena, const char *text, char separator, StringList *ret)
{
    const char *start = text;
    for (;;) {
        const char *end = start;
        while (*end != '\0' && *end != separator)
            end++;
        const char *next = end;
        while (start < end && is_blank(*start))
            start++;
        while (end > start && is_blank(end[-1]))
            end--;
        if (end > start)
            VEC_PUSH(arena, *ret, arena_strndup(arena, start, (size_t)(end - start)));
        if (*next == '\0')
            return;
        start = next + 1;
    }
}

/* Wagner and Fischer's algorithm with one row of the table. */
size_t text_distance(const char *a, const char *b)
{
    size_t len = strlen(b);
    Arena *arena = arena_new();
    size_t *row = arena_calloc(arena, len + 1, sizeof(*row));
    for (size_t j = 0; j <= len; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= len; j++) {
            size_t best = diagonal + (a[i] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    size_t distance = row[len];
    arena_free(arena);
    return distance;
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *nearest = NULL;
    size_t limit = 1 + strlen(word) / 4;
    for (size_t i = 0; i < count; i++) {
        size_t distance = text_distance(word, candidates[i]);
        if (distance < limit || (distance == limit && nearest == NULL)) {
            nearest = candidates[i];
            limit = distance;
        }
    }
    return nearest;
}

bool text_list_has(const StringList *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], text) == 0)
            return true;
    }
    return false;
}

int text_compare_pointers(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *text_shell_word(Arena *arena, const char *text)
{
    static const char special[] = " \t\n\"'`$\\&;|<>()*?[]#~!{}";
    if (*text != '\0' && text[strcspn(text, special)] == '\0')
        return arena_strdup(arena, text);
    Buf out = {0};
    buf_add_char(&out, '\'');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'')
            buf_add_str(&out, "'\\''");
        else
            buf_add_char(&out, *c);
    }
    buf_add_char(&out, '\'');
    return buf_steal(&out, arena);
}

char *text_printable(Arena *arena, const char *text)
{
    Buf out = {0};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t len = strlen(text);
    size_t size;
    for (size_t at = 0; at < len; at += size) {
        size = character_length(bytes + at, len - at);
        unsigned char c = bytes[at];
        if (size == 0) {
            buf_add_char(&out, '?');
            size = 1;
        } else if (shown_unsafe(text + at) > 1 && c != 0xc2) {
            buf_add_char(&out, '?'); /* what turns the direction of writing */
        } else if (is_blank((char)c)) {
            buf_add_char(&out, ' ');
        } else if (c >= 0x20 && c != 0x7f && !(c == 0xc2 && bytes[at + 1] < 0xa0)) {
            buf_add(&out, text + at, size);
        }
    }
    return buf_steal(&out, arena);
}
