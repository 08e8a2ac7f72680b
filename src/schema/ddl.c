/* Writing statements: the list they go to, identifiers and literals, lists of options. */
#include <ctype.h>
#include <string.h>

#include "dbmig/base/hash.h"
#include "dbmig/base/text.h"
#include "ddl.h"

static void append(DdlWriter *ddl, StatementTx tx, const char *hazard, const char *sql)
{
    Statement statement = {
        .sql = ddl_stable(ddl->arena, sql),
        .hazard = arena_strdup(ddl->arena, hazard),
        .tx = tx,
    };
    VEC_PUSH(ddl->arena, *ddl->out, statement);
}

void ddl_add(DdlWriter *ddl, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(ddl, STATEMENT_ANYWHERE, NULL, arena_vprintf(ddl->arena, format, args));
    va_end(args);
}

void ddl_add_as(DdlWriter *ddl, StatementTx tx, const char *hazard, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(ddl, tx, hazard, arena_vprintf(ddl->arena, format, args));
    va_end(args);
}

/* ---- identifiers and literals ---- */

/* The words that cannot stand unquoted as the name of a column, role or option in some version from
   13 to 18: reserved, type or function names, and column names; the server quotes them too. */
static const char *const quoted_words[] = {
#define WORD(word) word,
#include "keywords.def"
#undef WORD
};

static bool must_quote(const char *name)
{
    if (!(islower((unsigned char)name[0]) || name[0] == '_'))
        return true;
    for (const char *c = name; *c; c++) {
        if (!(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_'))
            return true;
    }
    size_t low = 0, high = ARRAY_LENGTH(quoted_words);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, quoted_words[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static char *quote(Arena *arena, const char *text, char mark)
{
    Buf out = {0};
    buf_add_char(&out, mark);
    for (const char *c = text; *c; c++) {
        if (*c == mark)
            buf_add_char(&out, mark);
        buf_add_char(&out, *c);
    }
    buf_add_char(&out, mark);
    return buf_steal(&out, arena);
}

char *ddl_identifier(Arena *arena, const char *name)
{
    return must_quote(name) ? quote(arena, name, '"') : arena_strdup(arena, name);
}

char *ddl_literal(Arena *arena, const char *text)
{
    char *quoted = quote(arena, text, '\'');
    if (!strchr(quoted, '\\'))
        return quoted;
    Buf out = {0};
    buf_add_char(&out, 'E');
    for (const char *c = quoted; *c; c++) {
        if (*c == '\\')
            buf_add_char(&out, '\\');
        buf_add_char(&out, *c);
    }
    return buf_steal(&out, arena);
}

char *ddl_suffixed(Arena *arena, const char *name, size_t most, const char *suffix)
{
    size_t len = strnlen(name, most);
    /* No character is cut in two. */
    while (name[len] && ((unsigned char)name[len] & 0xC0) == 0x80)
        len--;
    return arena_printf(arena, "%.*s%s", (int)len, name, suffix);
}

char *ddl_short_hash(Arena *arena, const char *key)
{
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_begin(&sha);
    sha256_add(&sha, key, strlen(key));
    sha256_digest(&sha, digest);
    hash_hex(digest, 4, hex);
    return arena_strndup(arena, hex, 8);
}

/* ---- options ---- */

void ddl_lines(Arena *arena, const char *text, StringList *ret)
{
    if (!text)
        return;
    bool quoted = false;
    const char *start = text;
    for (const char *c = text;; c++) {
        if (*c == '\'')
            quoted = !quoted;
        if (*c != '\0' && (*c != '\n' || quoted))
            continue;
        VEC_PUSH(arena, *ret, arena_strndup(arena, start, (size_t)(c - start)));
        if (*c == '\0')
            return;
        start = c + 1;
    }
}

/* Where the name of "name='value'" or "name 'value'" ends. The name may be quoted. */
static size_t name_length(const char *line)
{
    bool quoted = false;
    size_t len = 0;
    for (; line[len]; len++) {
        if (line[len] == '"')
            quoted = !quoted;
        else if (!quoted && (line[len] == '=' || line[len] == ' '))
            break;
    }
    return len;
}

void ddl_options(Arena *arena, const char *lines, DdlOptionList *ret)
{
    StringList list = {0};
    ddl_lines(arena, lines, &list);
    for (size_t i = 0; i < list.count; i++) {
        size_t len = name_length(list.items[i]);
        DdlOption option = {
            .name = arena_strndup(arena, list.items[i], len),
            .value = list.items[i][len] ? list.items[i] + len + 1 : "",
        };
        VEC_PUSH(arena, *ret, option);
    }
}

static const DdlOption *find_option(const DdlOptionList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    }
    return NULL;
}

static void add_part(Buf *out, const char *before, const char *name, char separator,
                     const char *value)
{
    if (out->len > 0)
        buf_add_str(out, ", ");
    buf_add_str(out, before);
    buf_add_str(out, name);
    if (value) {
        buf_add_char(out, separator);
        buf_add_str(out, value);
    }
}

char *ddl_options_join(Arena *arena, const char *lines, char separator)
{
    DdlOptionList options = {0};
    Buf out = {0};
    ddl_options(arena, lines, &options);
    for (size_t i = 0; i < options.count; i++)
        add_part(&out, "", options.items[i].name, separator, options.items[i].value);
    return buf_steal(&out, arena);
}

void ddl_alter_reloptions(DdlWriter *ddl, const char *prefix, const char *before, const char *after)
{
    DdlOptionList old = {0}, new = {0};
    Buf set = {0}, reset = {0};
    ddl_options(ddl->arena, before, &old);
    ddl_options(ddl->arena, after, &new);
    for (size_t i = 0; i < new.count; i++) {
        const DdlOption *had = find_option(&old, new.items[i].name);
        if (!had || strcmp(had->value, new.items[i].value) != 0)
            add_part(&set, "", new.items[i].name, '=', new.items[i].value);
    }
    for (size_t i = 0; i < old.count; i++) {
        if (!find_option(&new, old.items[i].name))
            add_part(&reset, "", old.items[i].name, '=', NULL);
    }
    if (reset.len > 0)
        ddl_add(ddl, "%s RESET (%s)", prefix, buf_text(&reset));
    if (set.len > 0)
        ddl_add(ddl, "%s SET (%s)", prefix, buf_text(&set));
    buf_free(&set);
    buf_free(&reset);
}

char *ddl_alter_fdw_options(Arena *arena, const char *before, const char *after)
{
    DdlOptionList old = {0}, new = {0};
    Buf out = {0};
    ddl_options(arena, before, &old);
    ddl_options(arena, after, &new);
    for (size_t i = 0; i < old.count; i++) {
        if (!find_option(&new, old.items[i].name))
            add_part(&out, "DROP ", old.items[i].name, ' ', NULL);
    }
    for (size_t i = 0; i < new.count; i++) {
        const DdlOption *had = find_option(&old, new.items[i].name);
        if (!had)
            add_part(&out, "ADD ", new.items[i].name, ' ', new.items[i].value);
        else if (strcmp(had->value, new.items[i].value) != 0)
            add_part(&out, "SET ", new.items[i].name, ' ', new.items[i].value);
    }
    return buf_steal(&out, arena);
}
