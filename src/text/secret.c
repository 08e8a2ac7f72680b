/*
 * Where the passwords are in a text. It leans to finding too much: people write passwords with '@',
 * '/' and '?' in them unescaped, and a piece of one must not be shown because of that.
 */
#include "dbmig/text/secret.h"

#include <string.h>

#include "dbmig/base/buf.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool all_digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return true;
}

/* The last '@' among len bytes, or NULL. */
static const char *last_at(const char *text, size_t len)
{
    while (len > 0) {
        if (text[--len] == '@')
            return text + len;
    }
    return NULL;
}

/*
 * The password of the URL whose authority starts at text. With no '@' before the first of "/?#",
 * what follows the colon is a port, or a password with one of these characters in it.
 */
static bool in_authority(const char *text, const char **ret_start, const char **ret_end)
{
    size_t whole = strcspn(text, " \t\r\n\v\f'\"");
    size_t authority = strcspn(text, "/?# \t\r\n\v\f'\"");
    const char *end = last_at(text, authority);
    size_t user = strcspn(text, ":/?#@ \t\r\n\v\f'\"");
    if (text[user] != ':')
        return false;
    const char *start = text + user + 1;
    if (end == NULL) {
        bool port = all_digits(start, authority - user - 1);
        size_t reach = port ? strcspn(text, "?# \t\r\n\v\f'\"") : whole;
        end = last_at(text, reach);
    }
    if (end == NULL || end <= start)
        return false;
    *ret_start = start;
    *ret_end = end;
    return true;
}

/* The value of `password = …` whose key ends before text, in a URL's query or in a conninfo. */
static bool in_setting(const char *text, bool url, const char **ret_start, const char **ret_end)
{
    while (!url && is_blank(*text))
        text++;
    if (*text++ != '=')
        return false;
    while (!url && is_blank(*text))
        text++;
    bool quoted = *text == '\'';
    if (quoted)
        text++;
    const char *end = text;
    while (*end != '\0' &&
           (quoted ? *end != '\'' : !is_blank(*end) && !(url && strchr("&\"", *end) != NULL))) {
        if (*end == '\\' && end[1] != '\0')
            end++;
        end++;
    }
    *ret_start = text;
    *ret_end = end;
    return end > text;
}

/* PASSWORD '…' in text that is no whole SQL: with quotes doubled, or behind an apostrophe. */
static bool in_literal(const char *text, const char **ret_start, const char **ret_end)
{
    if (!is_blank(*text))
        return false;
    while (is_blank(*text))
        text++;
    text += (*text == 'E' || *text == 'e') && text[1] == '\'';
    size_t quotes = strspn(text, "'");
    *ret_start = text + quotes;
    *ret_end = *ret_start + strcspn(*ret_start, "'");
    return quotes > 0 && *ret_end > *ret_start;
}

/*
 * user:PASSWORD@host without the scheme of a URL, or with one that is not finished (postgres:/…), as
 * a word of its own. A cast and a digest have the same signs: x::jsonb@>y, image:tag@sha256:….
 */
static bool in_word(const char *text, const char **ret_start, const char **ret_end)
{
    size_t len = strcspn(text, " \t\r\n\v\f'\"");
    const char *colon = memchr(text, ':', len);
    const char *at = last_at(text, len);
    if (colon == NULL || at == NULL || at <= colon + 1 || colon == text || colon[1] == ':' ||
        strncmp(colon, "://", 3) == 0 || strncmp(at, "@sha256:", 8) == 0 ||
        strcspn(text, "@/?=(") < (size_t)(colon - text))
        return false;
    *ret_start = colon + 1;
    *ret_end = at;
    return true;
}

static bool is_key(const char *text, size_t at)
{
    static const char key[] = "password";
    size_t len = sizeof(key) - 1;
    for (size_t i = 0; i < len; i++) {
        char c = text[at + i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != key[i])
            return false;
    }
    return !is_word(text[at + len]);
}

bool secret_find(const char *text, size_t from, size_t *ret_start, size_t *ret_len)
{
    bool url = false;
    for (size_t at = 0; text[at] != '\0'; at++) {
        const char *start;
        const char *end;
        bool found = false;
        if (is_blank(text[at]))
            url = false;
        if (strncmp(text + at, "://", 3) == 0) {
            url = true;
            found = in_authority(text + at + 3, &start, &end);
        } else if (is_key(text, at)) {
            const char *behind = text + at + strlen("password");
            found = in_setting(behind, url, &start, &end) || in_literal(behind, &start, &end);
        } else if (at == 0 || is_blank(text[at - 1]) || text[at - 1] == '\'' || text[at - 1] == '"') {
            found = in_word(text + at, &start, &end);
        }
        if (found && (size_t)(start - text) >= from) {
            *ret_start = (size_t)(start - text);
            *ret_len = (size_t)(end - start);
            return true;
        }
        if (found)
            at = (size_t)(end - text) - 1;
    }
    return false;
}

char *secret_mask(Arena *arena, const char *text)
{
    Buf out = {0};
    size_t from = 0;
    size_t start;
    size_t len;
    while (secret_find(text, from, &start, &len)) {
        buf_add(&out, text + from, start - from);
        buf_add_str(&out, "***");
        from = start + len;
    }
    buf_add_str(&out, text + from);
    return buf_steal(&out, arena);
}
