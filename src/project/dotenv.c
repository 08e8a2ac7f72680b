/* Reads .env files; the format is described in the header. */
#include "dbmig/project/dotenv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/file.h"

typedef struct Reader {
    Arena *arena;
    const char *file;
    const char *at;
    const char *end;
    size_t line;
    Map *variables;
    Error *err;
} Reader;

static bool fail(Reader *reader, size_t line, const char *message)
{
    error_set(reader->err, EXIT_USAGE, "%s", message);
    return error_at(reader->err, reader->file, line, 0);
}

static char peek(const Reader *reader)
{
    return reader->at < reader->end ? *reader->at : '\n';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(Reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at))
        reader->at++;
}

static bool is_name(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
}

static char *read_name(Reader *reader)
{
    const char *start = reader->at;
    while (reader->at < reader->end && is_name(*reader->at, reader->at == start))
        reader->at++;
    return arena_strndup(reader->arena, start, (size_t)(reader->at - start));
}

static const char *value_of(const Reader *reader, const char *name)
{
    const char *set = getenv(name);
    return set != NULL ? set : map_get(reader->variables, name);
}

/* At "${": adds the value of the variable. Anything but a name there is left as it stands. */
static bool add_reference(Reader *reader, Buf *out)
{
    const char *start = reader->at;
    size_t left = (size_t)(reader->end - start);
    const char *close = memchr(start, '}', left);
    const char *newline = memchr(start, '\n', left);
    if (close == NULL || (newline != NULL && newline < close))
        return fail(reader, reader->line, "\"${\" without \"}\"");
    reader->at += 2;
    const char *name = read_name(reader);
    const char *fallback = NULL;
    if (reader->at < close && reader->at[0] == ':' && reader->at[1] == '-')
        fallback = arena_strndup(reader->arena, reader->at + 2, (size_t)(close - reader->at - 2));
    if (name[0] == '\0' || (fallback == NULL && reader->at != close)) {
        buf_add(out, start, 2);
        reader->at = start + 2;
        return true;
    }
    const char *value = value_of(reader, name);
    if (fallback != NULL && (value == NULL || value[0] == '\0'))
        value = fallback;
    buf_add_str(out, value == NULL ? "" : value);
    reader->at = close + 1;
    return true;
}

static char unescaped(char c)
{
    return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
}

/* Behind the opening quote, up to and with the closing one. */
static bool read_quoted(Reader *reader, char quote, Buf *out)
{
    size_t opened = reader->line;
    while (reader->at < reader->end && *reader->at != quote) {
        char c = *reader->at;
        if (c == '\n')
            reader->line++;
        if (quote == '"' && c == '\\' && reader->at + 1 < reader->end &&
            strchr("nrt\"\\$", reader->at[1]) != NULL) {
            buf_add_char(out, unescaped(reader->at[1]));
            reader->at += 2;
        } else if (quote == '"' && c == '$' && reader->at + 1 < reader->end &&
                   reader->at[1] == '{') {
            if (!add_reference(reader, out))
                return false;
        } else {
            buf_add_char(out, c);
            reader->at++;
        }
    }
    if (reader->at == reader->end)
        return fail(reader, opened, "a quote is opened here and never closed");
    reader->at++;
    skip_blanks(reader);
    if (peek(reader) != '\n' && peek(reader) != '#')
        return fail(reader, reader->line, "unexpected text after the closing quote");
    return true;
}

static bool read_plain(Reader *reader, Buf *out)
{
    const char *start = reader->at;
    while (peek(reader) != '\n') {
        char c = *reader->at;
        if (c == '#' && (reader->at == start || is_blank(reader->at[-1])))
            break;
        if (c == '$' && reader->at + 1 < reader->end && reader->at[1] == '{') {
            if (!add_reference(reader, out))
                return false;
            continue;
        }
        buf_add_char(out, c);
        reader->at++;
    }
    while (out->len > 0 && is_blank(out->data[out->len - 1]))
        out->data[--out->len] = '\0';
    return true;
}

static bool read_value(Reader *reader, Buf *out)
{
    char quote = peek(reader);
    if (quote != '"' && quote != '\'')
        return read_plain(reader, out);
    reader->at++;
    return read_quoted(reader, quote, out);
}

static bool read_assignment(Reader *reader)
{
    char *name = read_name(reader);
    if (strcmp(name, "export") == 0 && is_blank(peek(reader))) {
        skip_blanks(reader);
        name = read_name(reader);
    }
    skip_blanks(reader);
    if (name[0] == '\0' || peek(reader) != '=')
        return fail(reader, reader->line, "expected NAME=VALUE");
    reader->at++;
    skip_blanks(reader);
    Buf value = {0};
    if (!read_value(reader, &value)) {
        buf_free(&value);
        return false;
    }
    map_set(reader->variables, name, buf_steal(&value, reader->arena));
    return true;
}

bool dotenv_parse(Arena *arena, const char *file, const char *text, size_t len, Map *ret,
                  Error *err)
{
    Reader reader = {arena, file, text, text + len, 1, ret, err};
    if (memchr(text, '\0', len) != NULL)
        return fail(&reader, 0, "the file has NUL bytes in it: it is no text");
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        reader.at += 3;
    while (reader.at < reader.end) {
        skip_blanks(&reader);
        if (peek(&reader) != '\n' && peek(&reader) != '#' && !read_assignment(&reader))
            return false;
        while (reader.at < reader.end && *reader.at != '\n')
            reader.at++;
        reader.at += reader.at < reader.end;
        reader.line++;
    }
    return true;
}

bool dotenv_load(Arena *arena, const StringList *files, Error *err)
{
    Map *variables = map_new(arena);
    for (size_t i = 0; i < files->count; i++) {
        Bytes content;
        if (!file_read(arena, files->items[i], &content, err) ||
            !dotenv_parse(arena, files->items[i], content.data, content.len, variables, err))
            return false;
    }
    for (size_t i = 0; i < map_count(variables); i++) {
        const MapEntry *entry = map_at(variables, i);
        if (setenv(entry->key, entry->value, 0) != 0)
            return error_set_errno(err, EXIT_USAGE, errno, "could not set %s", entry->key);
    }
    return true;
}
