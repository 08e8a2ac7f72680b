/* The line of a change set, and the changelog that says in which order files are included. */
#include <string.h>

#include "dbmig/base/text.h"
#include "liquibase.h"

static bool fail(FormatRead *read, const char *name, size_t line, const char *what)
{
    return format_fail(read, name, line, "%s", what);
}

/* A name up to the separator, or in quotes; *at moves behind it. */
static char *take_word(FormatRead *read, const char **at, char separator)
{
    const char *start = *at, *end;

    if (*start == '"' && (end = strchr(start + 1, '"')) != NULL) {
        *at = end + 1;
        return arena_strndup(read->scratch, start + 1, (size_t)(end - start - 1));
    }
    end = start;
    while (*end != '\0' && *end != separator && (separator == ' ' || *end != ' '))
        end++;
    *at = end;
    return arena_strndup(read->scratch, start, (size_t)(end - start));
}

static bool names_postgres(FormatRead *read, const char *list)
{
    StringList words = {0};
    bool named = false, only_excluded = true;

    text_split(read->scratch, list, ',', &words);
    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.items[i];

        if (strcmp(word, "!postgresql") == 0 || strcmp(word, "none") == 0)
            return false;
        named |= strcmp(word, "postgresql") == 0 || strcmp(word, "all") == 0;
        only_excluded &= word[0] == '!';
    }
    return named || only_excluded;
}

static bool take_delimiter(FormatRead *read, const char *name, size_t line, const char *value,
                           ChangeSet *ret)
{
    if (text_starts(value, "\\n"))
        value += 2;
    if (strcmp(value, ";") == 0 || text_starts(value, "--"))
        return true; /* a comment to PostgreSQL: statements end with ';' as well */
    if (strpbrk(value, "\\[](){}*+?^$|.") != NULL || *value == '\0')
        return fail(read, name, line, "an endDelimiter that is a regular expression is not read");
    ret->delimiter = value;
    return true;
}

static bool is(const char *a, const char *b)
{
    return text_equal_nocase(a, b);
}

static bool take_attribute(FormatRead *read, const char *name, size_t line, const char *key,
                           const char *value, ChangeSet *ret)
{
    if (is(key, "endDelimiter"))
        return take_delimiter(read, name, line, value, ret);
    if (is(key, "runInTransaction"))
        ret->no_transaction = is(value, "false");
    else if (is(key, "dbms"))
        ret->left_out |= !names_postgres(read, value);
    else if (is(key, "ignore"))
        ret->left_out |= is(value, "true");
    else if (is(key, "failOnError") && is(value, "false"))
        return fail(read, name, line, "failOnError:false is not supported: what fails stops the run");
    else if ((is(key, "runAlways") || is(key, "runOnChange")) && is(value, "true"))
        VEC_PUSH(read->arena, read->folder->warnings,
                 arena_printf(read->arena, "%s:%zu: %s: here a change set runs once; an edited one is "
                              "refused", name, line, key));
    else if (is(key, "context") || is(key, "contextFilter") || is(key, "labels"))
        VEC_PUSH(read->arena, read->folder->warnings,
                 arena_printf(read->arena, "%s:%zu: %s is not looked at: the change set runs "
                              "everywhere", name, line, key));
    return true;
}

bool liquibase_read_set(FormatRead *read, const char *name, size_t line, const char *text, size_t len,
                        ChangeSet *ret)
{
    const char *at = arena_strndup(read->scratch, text, len);

    *ret = (ChangeSet){0};
    ret->author = take_word(read, &at, ':');
    if (*at++ != ':' || *at == '\0' || *at == ' ')
        return fail(read, name, line, "a change set needs \"author:id\"");
    ret->id = take_word(read, &at, ' ');
    while (*(at += strspn(at, " \t")) != '\0') {
        const char *key = take_word(read, &at, ':'), *value = "";

        if (*at == ':') {
            at++;
            value = take_word(read, &at, ' ');
        }
        if (!take_attribute(read, name, line, key, value, ret))
            return false;
    }
    return true;
}

/* ---- the changelog ---- */

static bool is_changelog(const char *name)
{
    return (text_ends(name, ".yml") || text_ends(name, ".yaml") || text_ends(name, ".xml")) &&
           strchr(name, '/') == NULL;
}

/* The value behind file: or file=, without quotes and "./"; NULL when the line has none. */
static char *included(FormatRead *read, const FormatLine *line)
{
    char *copy = arena_strndup(read->scratch, line->text, line->len), *at = strstr(copy, "file");
    size_t len;

    if (at == NULL || (at > copy && strchr(" \t-<{", at[-1]) == NULL))
        return NULL;
    at += strlen("file");
    at += strspn(at, " \t");
    if (*at != ':' && *at != '=')
        return NULL;
    at++;
    at += strspn(at, " \t\"'");
    len = strcspn(at, " \t\"'>,}");
    at[len] = '\0';
    while (text_starts(at, "./"))
        at += 2;
    return len == 0 ? NULL : at;
}

/* The file of the folder that the path means: the path may begin above the folder. */
static const char *find_file(const FormatRead *read, const char *path)
{
    const char *best = NULL;

    for (size_t i = 0; i < read->names->count; i++) {
        const char *name = read->names->items[i];
        size_t len = strlen(name), path_len = strlen(path);

        if (strcmp(name, path) == 0)
            return name;
        if (path_len > len && path[path_len - len - 1] == '/' && text_ends(path, name) &&
            (best == NULL || len > strlen(best)))
            best = name;
    }
    return best;
}

static bool read_changelog(FormatRead *read, const char *name, StringList *ret)
{
    FormatLine line = {0};
    Bytes text;

    if (!format_text(read, name, &text))
        return false;
    format_uses(read, name);
    while (format_next_line(&text, &line)) {
        const char *path = included(read, &line), *file;

        if (memmem(line.text, line.len, "includeAll", strlen("includeAll")) != NULL)
            return format_fail(read, name, line.number,
                               "includeAll is not read: name the files with include");
        if (memmem(line.text, line.len, "changeSet", strlen("changeSet")) != NULL)
            VEC_PUSH(read->arena, read->folder->warnings,
                     arena_printf(read->arena, "%s:%zu: a change set that is not SQL is not read",
                                  name, line.number));
        if (path == NULL || !text_ends(path, ".sql"))
            continue;
        file = find_file(read, path);
        if (file != NULL)
            VEC_PUSH(read->scratch, *ret, file);
        else
            VEC_PUSH(read->arena, read->folder->warnings,
                     arena_printf(read->arena, "%s:%zu: %s is not in the folder, and not read", name,
                                  line.number, text_printable(read->scratch, path)));
    }
    return true;
}

static void tell_others(FormatRead *read, const StringList *included_files)
{
    for (size_t i = 0; i < read->names->count; i++)
        if (text_ends(read->names->items[i], ".sql") &&
            !text_list_has(included_files, read->names->items[i]))
            format_skip(read, read->names->items[i], "the changelog does not include it");
}

bool liquibase_order(FormatRead *read, StringList *ret)
{
    const char *changelog = NULL;

    for (size_t i = 0; i < read->names->count; i++) {
        const char *name = read->names->items[i];

        if (!is_changelog(name))
            continue;
        if (changelog != NULL)
            return format_fail(read, name, 0, "two changelogs lie in the folder: %s and %s", changelog,
                               name);
        changelog = name;
    }
    if (changelog != NULL) {
        if (!read_changelog(read, changelog, ret))
            return false;
        tell_others(read, ret);
        return true;
    }
    for (size_t i = 0; i < read->names->count; i++)
        if (text_ends(read->names->items[i], ".sql"))
            VEC_PUSH(read->scratch, *ret, read->names->items[i]);
    return true;
}
