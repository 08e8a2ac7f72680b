/*
 * How a fix is written: its SQL as statements that can be copied and run, a line each, and what is
 * said around them as comments. Rules write one sentence, "ALTER …; in a later file: ALTER ….",
 * which is taken apart here; PostgreSQL's parser tells what is SQL.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/text/sqlparse.h"
#include "run.h"

typedef struct Layout {
    Arena *arena;
    Buf out;
    size_t statements;
} Layout;

/* Where the part of a sentence ends: before the "; " that is in no string, name or bracket. */
static size_t part_end(const char *text, size_t from)
{
    int depth = 0;
    char quote = '\0';
    for (size_t at = from; text[at] != '\0'; at++) {
        char c = text[at];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == '(' || c == ')')
            depth += c == '(' ? 1 : -1;
        else if (c == ';' && depth <= 0 && (text[at + 1] == ' ' || text[at + 1] == '\0'))
            return at;
    }
    return strlen(text);
}

static bool begins_statement(const char *text)
{
    static const char *const verbs[] = {"ALTER ", "CREATE ", "DROP ", "UPDATE ", "DELETE ", "SET ",
                                        "REINDEX ", "REFRESH ", "VACUUM "};
    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++)
        if (text_starts(text, verbs[i]))
            return true;
    return false;
}

static bool is_sql(const char *text, size_t len)
{
    Arena *scratch = arena_new();
    SqlParseFailure failure;
    char *copy = arena_strndup(scratch, text, len);
    bool open = strstr(copy, "…") != NULL || strchr(copy, '<') != NULL;
    /* From 18 on: ADD CONSTRAINT c NOT NULL column NOT VALID. */
    bool newer = strstr(copy, " NOT NULL ") != NULL && len > 10 &&
                 strcmp(copy + len - 10, " NOT VALID") == 0 && strchr(copy, ',') == NULL;
    bool sql = !open && (newer || sqlparse_parse(scratch, copy, len, &failure) != NULL);
    arena_free(scratch);
    return sql;
}

/* The longest beginning that is SQL, to a comma or a word of prose; 0: none. */
static size_t sql_length(const char *text, size_t len)
{
    static const char *const ends[] = {", ", " in batches", " before it"};
    if (is_sql(text, len))
        return len;
    size_t longest = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        const char *at = memmem(text, len, ends[i], strlen(ends[i]));
        while (at != NULL) {
            size_t size = (size_t)(at - text);
            if (size > longest && is_sql(text, size))
                longest = size;
            at = memmem(at + 1, len - size - 1, ends[i], strlen(ends[i]));
        }
    }
    return longest;
}

static void add_prose(Layout *layout, const char *text, size_t len)
{
    while (len > 0 && strchr(" ,", text[0]) != NULL) {
        text++;
        len--;
    }
    while (len > 0 && strchr(" ,", text[len - 1]) != NULL)
        len--;
    if (len > 0)
        buf_printf(&layout->out, "-- %.*s\n", (int)len, text);
}

static void add_part(Layout *layout, const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        if ((at > 0 && text[at - 1] != ' ') || !begins_statement(text + at))
            continue;
        size_t size = sql_length(text + at, len - at);
        if (size == 0)
            continue;
        /* "in batches" is to be read before the statement is copied. */
        add_prose(layout, text, at);
        add_prose(layout, text + at + size, len - at - size);
        buf_printf(&layout->out, "%.*s;\n", (int)size, text + at);
        layout->statements++;
        return;
    }
    add_prose(layout, text, len);
}

char *lint_fix_layout(Arena *arena, const char *text)
{
    Layout layout = {.arena = arena};
    for (size_t at = 0; text[at] != '\0';) {
        size_t end = part_end(text, at), len = end - at;
        if (text[end] == '\0' && len > 0 && text[end - 1] == '.')
            len--;
        add_part(&layout, text + at, len);
        at = end + (text[end] == ';');
        while (text[at] == ' ')
            at++;
    }
    char *laid = buf_steal(&layout.out, arena);
    if (layout.statements == 0)
        return arena_strdup(arena, text);
    laid[strlen(laid) - 1] = '\0';
    return laid;
}
