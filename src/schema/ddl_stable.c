/* Makes expressions that the server prints mean the same when it reads them. */
#include <ctype.h>
#include <string.h>

#include "ddl.h"

static const char array_start[] = "(ARRAY[";

/* Behind the '…' or "…" that begins here. */
static const char *skip_quoted(const char *at)
{
    char mark = *at++;
    while (*at && *at != mark)
        at++;
    return *at ? at + 1 : at;
}

/* Behind the dollar-quoted string that begins here, or just behind the '$'. */
static const char *skip_dollar(const char *at)
{
    const char *tag_end = at + 1;
    while (isalnum((unsigned char)*tag_end) || *tag_end == '_')
        tag_end++;
    if (*tag_end != '$')
        return at + 1;
    size_t len = (size_t)(tag_end - at) + 1;
    for (const char *c = tag_end + 1; *c; c++) {
        if (*c == '$' && strncmp(c, at, len) == 0)
            return c + len;
    }
    return at + strlen(at);
}

/* The place of the first of `stops` outside quotes and brackets, or of the end. */
static const char *find_outside(const char *at, const char *stops)
{
    int depth = 0;
    while (*at) {
        if (depth == 0 && strchr(stops, *at))
            return at;
        if (*at == '\'' || *at == '"') {
            at = skip_quoted(at);
            continue;
        }
        depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        at++;
    }
    return at;
}

/* The type that the element is cast to last: "'a'::character varying" gives character varying. */
static const char *cast_of(const char *element, const char *end)
{
    const char *type = NULL;
    int depth = 0;
    for (const char *c = element; c < end;) {
        if (*c == '\'' || *c == '"') {
            c = skip_quoted(c);
            continue;
        }
        depth += (*c == '(' || *c == '[') - (*c == ')' || *c == ']');
        if (depth == 0 && c[0] == ':' && c[1] == ':')
            type = c + 2;
        c++;
    }
    return type;
}

/* at is behind "(ARRAY[". Adds what goes before its "])::" and returns the place of that, or NULL when
   this is no such array. */
static const char *add_array(Buf *out, const char *at)
{
    const char *end = find_outside(at, "]");
    if (strncmp(end, "])::", 4) != 0)
        return NULL;
    const char *first_end = find_outside(at, ",]");
    const char *type = cast_of(at, first_end);
    if (!type)
        return NULL;
    buf_add(out, at, (size_t)(end - at));
    buf_printf(out, "]::%.*s[]", (int)(first_end - type), type);
    return end + 1;
}

const char *ddl_stable(Arena *arena, const char *sql)
{
    if (!strstr(sql, array_start))
        return sql;
    Buf out = {0};
    for (const char *at = sql; *at;) {
        const char *next = at + 1;
        if (*at == '\'' || *at == '"')
            next = skip_quoted(at);
        else if (*at == '$')
            next = skip_dollar(at);
        else if (strncmp(at, array_start, sizeof(array_start) - 1) == 0)
            next = at + sizeof(array_start) - 1;
        buf_add(&out, at, (size_t)(next - at));
        bool array = next == at + sizeof(array_start) - 1 && *at == '(';
        const char *behind = array ? add_array(&out, next) : NULL;
        at = behind ? behind : next;
    }
    return buf_steal(&out, arena);
}
