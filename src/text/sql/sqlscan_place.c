/* Places in SQL text for people: line, column, and the line itself with a caret under the place. */
#include <stdint.h>
#include <string.h>

#include "sqlscan_internal.h"

enum { EXCERPT_BEFORE = 60, EXCERPT_AFTER = 40 }; /* characters of a long line around the place */

#define ONES 0x0101010101010101u
#define LOWS 0x7f7f7f7f7f7f7f7fu

static uint64_t load_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof(word));
    return word;
}

/* The number of bytes in the word that are 1, all others being 0. */
static size_t sum_bytes(uint64_t word)
{
    return (size_t)(word * ONES >> 56);
}

static size_t count_newlines(const char *text, size_t len)
{
    size_t count = 0, i = 0;
    for (; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t)) {
        uint64_t word = load_word(text + i) ^ ONES * '\n';
        count += sum_bytes(~(((word & LOWS) + LOWS) | word | LOWS) >> 7);
    }
    for (; i < len; i++)
        count += text[i] == '\n';
    return count;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t count_characters(const char *text, size_t len)
{
    size_t count = len, i = 0;
    for (; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t)) {
        uint64_t word = load_word(text + i);
        count -= sum_bytes((word >> 7) & ~(word >> 6) & ONES);
    }
    for (; i < len; i++)
        count -= is_continuation(text[i]);
    return count;
}

void sqlscan_advance(Place *place, const char *text, size_t len)
{
    size_t newlines = count_newlines(text, len);
    size_t line = newlines > 0 ? len : 0;
    while (line > 0 && text[line - 1] != '\n')
        line--;
    if (newlines > 0)
        *place = (Place){place->line + newlines, 1};
    place->column += count_characters(text + line, len - line);
}

void sqlscan_place(const SqlItem *item, size_t at, size_t *ret_line, size_t *ret_column)
{
    Place place = {item->line, item->column};
    sqlscan_advance(&place, item->text, at < item->len ? at : item->len);
    *ret_line = place.line;
    *ret_column = place.column;
}

/* Moves up to count characters back (not before low) or on (not beyond high). */
static size_t step_back(const char *text, size_t from, size_t low, size_t count)
{
    while (from > low && count > 0) {
        from--;
        count -= !is_continuation(text[from]);
    }
    return from;
}

static size_t step_on(const char *text, size_t from, size_t high, size_t count)
{
    while (from < high && (count > 0 || is_continuation(text[from])))
        count -= !is_continuation(text[from++]);
    return from;
}

/* The character at text; U+FFFD when it is cut off. */
static uint32_t decode(const char *text, size_t len)
{
    unsigned char lead = (unsigned char)text[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > len)
        return 0xfffd;
    uint32_t c = length == 1 ? lead : lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3fu);
    return c;
}

/* Columns that a terminal gives a character, near enough for a caret. */
static int width_of(uint32_t c)
{
    static const struct {
        uint32_t first, last;
        int width;
    } ranges[] = {
        {0x0300, 0x036f, 0}, {0x200b, 0x200f, 0}, {0xfe00, 0xfe0f, 0},   {0xfeff, 0xfeff, 0},
        {0x1100, 0x115f, 2}, {0x2e80, 0xa4cf, 2}, {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},
        {0xfe30, 0xfe6f, 2}, {0xff00, 0xff60, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return ranges[i].width;
    }
    return 1;
}

/* Control characters have no business on a terminal; a tab is kept, and stands in the caret's line
 * too. */
static void add_printable(Buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        buf_add_char(out, (c < 0x20 && c != '\t') || c == 0x7f ? '?' : text[i]);
    }
}

static void add_caret_line(Buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (is_continuation(text[i]))
            continue;
        int width = width_of(decode(text + i, len - i));
        for (int column = 0; column < width; column++)
            buf_add_char(out, text[i] == '\t' ? '\t' : ' ');
    }
    buf_add_char(out, '^');
}

char *sqlscan_excerpt(Arena *arena, const char *text, size_t len, size_t at)
{
    return sqlscan_excerpt_within(arena, text, len, at, EXCERPT_BEFORE, EXCERPT_AFTER);
}

char *sqlscan_excerpt_within(Arena *arena, const char *text, size_t len, size_t at, size_t before,
                             size_t behind)
{
    size_t low = at < len ? at : len, high = low;
    while (low > 0 && text[low - 1] != '\n')
        low--;
    while (high < len && text[high] != '\n' && text[high] != '\r')
        high++;
    size_t place = (at < high ? at : high) - low;
    char *line = sqlscan_mask_line(arena, text + low, high - low, &place);
    high = strlen(line);

    size_t from = step_back(line, place, 0, before);
    size_t to = step_on(line, place, high, behind);
    Buf out = {0};
    if (from > 0)
        buf_add_str(&out, "...");
    add_printable(&out, line + from, to - from);
    if (to < high)
        buf_add_str(&out, "...");
    buf_add_str(&out, from > 0 ? "\n   " : "\n");
    add_caret_line(&out, line + from, place - from);
    return buf_steal(&out, arena);
}
