/* Reads Flyway's <file>.sql.conf. What is not understood is an error: it may change what runs. */
#include "dbmig/project/scriptconf.h"

#include <string.h>

#include "dbmig/base/text.h"

typedef struct Line {
    const char *file;
    size_t number;
    const char *key;
    const char *value;
} Line;

static bool fail(const Line *line, Error *err)
{
    return error_at(err, line->file, line->number, 0);
}

static bool read_choice(const Line *line, ScriptChoice *ret, Error *err)
{
    if (text_equal_nocase(line->value, "true")) {
        *ret = SCRIPT_TRUE;
        return true;
    }
    if (text_equal_nocase(line->value, "false")) {
        *ret = SCRIPT_FALSE;
        return true;
    }
    error_set(err, EXIT_USAGE, "%s must be true or false, not \"%s\"", line->key, line->value);
    return fail(line, err);
}

static bool check_encoding(const Line *line, Error *err)
{
    static const char *const fine[] = {"utf-8", "utf8", "us-ascii", "ascii"};

    for (size_t i = 0; i < ARRAY_LENGTH(fine); i++)
        if (text_equal_nocase(line->value, fine[i]))
            return true;
    error_set(err, EXIT_USAGE, "encoding \"%s\" is not supported: migrations are UTF-8",
              line->value);
    error_hint(err,
               "Convert the file (iconv -f %s -t UTF-8) and remove this line; its checksum in "
               "Flyway's history stays the same.",
               line->value);
    return fail(line, err);
}

static bool check_should_execute(const Line *line, Error *err)
{
    if (text_equal_nocase(line->value, "true"))
        return true;
    error_set(err, EXIT_USAGE, "shouldExecute=%s is not supported", line->value);
    error_hint(err, "A migration runs everywhere or nowhere; decide inside it, in a DO block.");
    return fail(line, err);
}

static bool unknown_key(const Line *line, Error *err)
{
    static const char *const keys[] = {"executeInTransaction", "encoding", "placeholderReplacement",
                                       "shouldExecute"};
    const char *nearest = text_nearest(line->key, keys, ARRAY_LENGTH(keys));

    error_set(err, EXIT_USAGE, "unknown script configuration \"%s\"", line->key);
    if (nearest != NULL)
        error_hint(err, "Did you mean %s?", nearest);
    else
        error_hint(err, "Known are executeInTransaction, encoding, placeholderReplacement and "
                        "shouldExecute.");
    return fail(line, err);
}

static bool read_setting(const Line *line, ScriptConf *ret, Error *err)
{
    if (strcmp(line->key, "executeInTransaction") == 0)
        return read_choice(line, &ret->execute_in_transaction, err);
    if (strcmp(line->key, "placeholderReplacement") == 0)
        return read_choice(line, &ret->placeholder_replacement, err);
    if (strcmp(line->key, "encoding") == 0)
        return check_encoding(line, err);
    if (strcmp(line->key, "shouldExecute") == 0)
        return check_should_execute(line, err);
    return unknown_key(line, err);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static char *trimmed(Arena *arena, const char *start, const char *end)
{
    while (start < end && is_blank(*start))
        start++;
    while (end > start && is_blank(end[-1]))
        end--;
    return arena_strndup(arena, start, (size_t)(end - start));
}

static bool read_line(Arena *arena, Line *line, const char *start, const char *end, ScriptConf *ret,
                      Error *err)
{
    const char *text = trimmed(arena, start, end);
    const char *equals;

    if (*text == '\0' || *text == '#' || *text == '!')
        return true;
    equals = strchr(text, '=');
    if (equals == NULL) {
        error_set(err, EXIT_USAGE, "expected key=value, not \"%s\"", text_printable(arena, text));
        return fail(line, err);
    }
    line->key = text_printable(arena, trimmed(arena, text, equals));
    line->value = text_printable(arena, trimmed(arena, equals + 1, text + strlen(text)));
    return read_setting(line, ret, err);
}

bool scriptconf_parse(Arena *arena, const char *file, const char *text, size_t len, ScriptConf *ret,
                      Error *err)
{
    Line line = {.file = file};
    const char *end = text + len;

    *ret = (ScriptConf){0};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = feed == NULL ? end : feed;

        line.number++;
        if (!read_line(arena, &line, text, line_end, ret, err))
            return false;
        text = line_end + 1;
    }
    return true;
}
