/* Directives in comments: see directive.h. The lexer tells what a comment is, this file what is in
 * it. */
#include "dbmig/text/directive.h"

#include <string.h>

#include "dbmig/base/text.h"
#include "sql/sqllex.h"

static const char *const prefixes[] = {"dbmig:", "atlas:"};

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_part(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The prefix at text[at] with a name behind it; NULL when there is none. */
static const char *prefix_at(const char *text, size_t len, size_t at)
{
    for (size_t i = 0; i < ARRAY_LENGTH(prefixes); i++) {
        size_t size = strlen(prefixes[i]), same = 0;
        while (same < size && at + same < len && lower(text[at + same]) == prefixes[i][same])
            same++;
        if (same == size && at + size < len && is_letter(text[at + size]))
            return prefixes[i];
    }
    return NULL;
}

/* One line of a comment, without what makes it a comment. */
static void read_line(Arena *arena, const char *text, size_t len, bool obeyed, size_t line,
                      DirectiveList *ret)
{
    size_t first = 0;
    while (first < len && is_blank(text[first]))
        first++;
    size_t at = first;
    const char *prefix = NULL;
    for (; at < len; at++) {
        bool word_begins = at == 0 || !(is_name_part(text[at - 1]) || strchr("/:.", text[at - 1]));
        prefix = word_begins ? prefix_at(text, len, at) : NULL;
        if (prefix)
            break;
    }
    if (!prefix)
        return;
    size_t name = at + strlen(prefix), args = name, end = len;
    while (args < len && is_name_part(text[args]))
        args++;
    char *lowered = arena_strndup(arena, text + name, args - name);
    for (char *c = lowered; *c; c++)
        *c = lower(*c);
    while (args < end && is_blank(text[args]))
        args++;
    while (end > args && is_blank(text[end - 1]))
        end--;
    VEC_PUSH(arena, *ret,
             (Directive){.name = lowered,
                         .args = arena_strndup(arena, text + args, end - args),
                         .atlas = prefix == prefixes[1],
                         .lookalike = !obeyed || at != first,
                         .line = line});
}

/* Directives are -- comments; in others, each line is looked through for look-alikes. */
static void read_comment(Arena *arena, const char *text, const LexToken *comment, bool own_line,
                         size_t line, DirectiveList *ret)
{
    bool dashes = text[comment->start] == '-';
    size_t from = comment->start + 2, end = comment->end;
    if (!dashes && comment->kind == LEX_COMMENT)
        end -= 2;
    while (from < end) {
        const char *newline = memchr(text + from, '\n', end - from);
        size_t to = newline ? (size_t)(newline - text) : end;
        read_line(arena, text + from, to - from, dashes && own_line, line, ret);
        from = to + 1;
        line++;
    }
}

static size_t count_newlines(const char *text, size_t from, size_t to)
{
    size_t count = 0;
    while (from < to)
        count += text[from++] == '\n';
    return count;
}

/* own_line: text starts at the beginning of a line. */
static void read_comments(Arena *arena, const char *text, size_t len, size_t from, size_t line,
                          bool own_line, bool skip_semicolons, DirectiveList *ret)
{
    Lexer lexer = sqllex_over(text, len, from, false);
    for (;;) {
        LexToken gap;
        if (!sqllex_gap(&lexer, &gap)) {
            if (!skip_semicolons || sqllex_peek(&lexer, 0) != ';')
                return;
            lexer.pos++;
            own_line = false;
            continue;
        }
        size_t newlines = count_newlines(text, gap.start, gap.end);
        if (gap.kind != LEX_BLANK)
            read_comment(arena, text, &gap, own_line, line, ret);
        own_line = newlines > 0 || (own_line && gap.kind == LEX_BLANK);
        line += newlines;
    }
}

static size_t byte_order_mark(const char *text, size_t len)
{
    return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

void directive_read_head(Arena *arena, const char *text, size_t len, DirectiveList *ret)
{
    read_comments(arena, text, len, byte_order_mark(text, len), 1, true, false, ret);
}

void directive_read_lead(Arena *arena, const char *lead, size_t len, size_t line,
                         DirectiveList *ret)
{
    /* A lead begins behind a statement's ';', but for that of a file's first statement. */
    read_comments(arena, lead, len, 0, line, line == 1, true, ret);
}

const char *directive_find(const DirectiveList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!list->items[i].lookalike && text_equal(list->items[i].name, name))
            return list->items[i].args;
    }
    return NULL;
}

/* The end of the printable ASCII that starts at `from`: as far as Atlas's expression looks. */
static size_t printable_end(const char *text, size_t len, size_t from)
{
    while (from < len && text[from] >= ' ' && text[from] <= '~')
        from++;
    return from;
}

/* "sum", blanks, "ignore" and no more. */
static bool is_sum_ignore(const char *text, size_t len)
{
    static const char name[] = "sum ", mode[] = "ignore";
    if (len < strlen(name) || memcmp(text, name, strlen(name)) != 0)
        return false;
    size_t at = strlen(name);
    while (at < len && text[at] == ' ')
        at++;
    return len - at == strlen(mode) && memcmp(text + at, mode, strlen(mode)) == 0;
}

bool directive_sum_ignored(const char *text, size_t len)
{
    size_t end = printable_end(text, len, 0), start = 2;
    for (size_t at = end; at-- > 0;) {
        if (at + 6 < end && memcmp(text + at, "atlas:", 6) == 0 &&
            (is_name_part(text[at + 6]) && text[at + 6] != '-'))
            return is_sum_ignore(text + at + 6, end - at - 6);
    }
    if (end < 2 || memcmp(text, "--", 2) != 0)
        return false;
    while (start < end && text[start] == ' ')
        start++;
    return start + 6 < end && memcmp(text + start, "dbmig:", 6) == 0 &&
           is_sum_ignore(text + start + 6, end - start - 6);
}
