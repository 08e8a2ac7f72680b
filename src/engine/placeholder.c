/*
 * Placeholder replacement as a filter over the bytes of a migration. Works in pieces, so that a large
 * file never has to be in memory; what is kept between pieces is at most one unfinished "${name".
 */
#include "dbmig/engine/placeholder.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/map.h"
#include "dbmig/base/text.h"

#define PIECE 65536
#define LONGEST_NAME 256

struct Placeholders {
    Arena *arena;
    Map *values; /* lower-case name to value */
};

struct PlaceholderReader {
    const Migration *migration;
    const Placeholders *placeholders; /* NULL: bytes pass */
    MigrationReader *reader;
    Buf raw;   /* read, not yet looked at */
    Buf ready; /* replaced, not yet delivered */
    size_t ready_from;
    size_t line;
    bool eof;
};

static char *lower(Arena *arena, const char *text, size_t len)
{
    char *copy = arena_strndup(arena, text, len);
    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

bool placeholders_new(Arena *arena, const StringList *values, Placeholders **ret, Error *err)
{
    Placeholders *placeholders = arena_alloc(arena, sizeof(*placeholders));
    placeholders->arena = arena;
    placeholders->values = map_new(arena);
    for (size_t i = 0; values != NULL && i < values->count; i++) {
        const char *text = values->items[i];
        const char *equals = strchr(text, '=');
        if (equals == NULL || equals == text) {
            error_set(err, EXIT_USAGE, "\"%s\" is no placeholder value", text);
            return error_hint(err, "Write --placeholder NAME=VALUE.");
        }
        map_set(placeholders->values, lower(arena, text, (size_t)(equals - text)),
                arena_strdup(arena, equals + 1));
    }
    *ret = placeholders;
    return true;
}

void placeholders_set_builtin(Placeholders *placeholders, const char *name, const char *value)
{
    char *full = arena_printf(placeholders->arena, "flyway:%s", name);
    full = lower(placeholders->arena, full, strlen(full));
    if (value != NULL && !map_has(placeholders->values, full))
        map_set(placeholders->values, full, arena_strdup(placeholders->arena, value));
}

const char *placeholders_builtin(const Placeholders *placeholders, const char *name)
{
    char key[LONGEST_NAME + 1];
    snprintf(key, sizeof(key), "flyway:%s", name);
    return placeholders == NULL ? NULL : map_get(placeholders->values, key);
}

static bool is_secret(const char *name)
{
    static const char *const words[] = {"password", "passwd", "pwd", "secret", "token", "credential", "key"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strstr(name, words[i]) != NULL)
            return true;
    }
    return false;
}

const Placeholders *placeholders_masked(const Placeholders *placeholders, bool all)
{
    if (placeholders == NULL)
        return NULL;
    Placeholders *masked = arena_alloc(placeholders->arena, sizeof(*masked));
    *masked = (Placeholders){.arena = placeholders->arena, .values = map_new(placeholders->arena)};
    for (size_t i = 0; i < map_count(placeholders->values); i++) {
        const MapEntry *entry = map_at(placeholders->values, i);
        bool own = !text_starts(entry->key, "flyway:");
        bool hidden = own && (all || is_secret(entry->key));
        map_set(masked->values, entry->key,
                hidden ? arena_strdup(masked->arena, "***") : (char *)entry->value);
    }
    return masked;
}

bool placeholder_open(Arena *arena, const Migration *migration, const Placeholders *placeholders,
                      PlaceholderReader **ret, Error *err)
{
    PlaceholderReader *reader = arena_alloc(arena, sizeof(*reader));
    reader->migration = migration;
    reader->placeholders = migration->placeholder_replacement_off ? NULL : placeholders;
    reader->line = 1;
    if (!migration_open(arena, migration, &reader->reader, err))
        return false;
    *ret = reader;
    return true;
}

void placeholder_close(PlaceholderReader *reader)
{
    if (reader == NULL)
        return;
    migration_close(reader->reader);
    reader->reader = NULL;
    buf_free(&reader->raw);
    buf_free(&reader->ready);
}

/* The value of ${name}, or NULL. */
static const char *value_of(const PlaceholderReader *reader, const char *name, size_t len)
{
    char key[LONGEST_NAME + 1];
    for (size_t i = 0; i < len; i++)
        key[i] = (char)tolower((unsigned char)name[i]);
    key[len] = '\0';
    const char *value = map_get(reader->placeholders->values, key);
    if (value == NULL && strcmp(key, "flyway:filename") == 0)
        value = reader->migration->name;
    return value;
}

static bool unknown(const PlaceholderReader *reader, const char *name, size_t len, Error *err)
{
    error_set(err, EXIT_USAGE, "no value for the placeholder ${%.*s}", (int)len, name);
    error_at(err, reader->migration->path, reader->line, 0);
    return error_hint(err, "Give it with --placeholder %.*s=VALUE, or turn replacement off with "
                           "--no-placeholders or placeholderReplacement=false in %s.conf.",
                      (int)len, name, reader->migration->name);
}

/* Flyway would read to the end of the file for the brace, and fail there. */
static bool unended(const PlaceholderReader *reader, Error *err)
{
    error_set(err, EXIT_USAGE, "\"${\" without \"}\" on its line");
    error_at(err, reader->migration->path, reader->line, 0);
    return error_hint(err, "If it is no placeholder: --no-placeholders, or placeholderReplacement=false "
                           "in %s.conf.", reader->migration->name);
}

/* Up to the brace or the end of the line. */
static size_t name_length(const char *name, size_t len)
{
    size_t at = 0;
    while (at < len && name[at] != '}' && name[at] != '\n')
        at++;
    return at;
}

/* Moves bytes from raw to ready as they stand. */
static void pass(PlaceholderReader *reader, const char *bytes, size_t len)
{
    buf_add(&reader->ready, bytes, len);
    for (const char *at = bytes; (at = memchr(at, '\n', len - (size_t)(at - bytes))) != NULL; at++)
        reader->line++;
}

/* Replaces in raw as far as it can be decided, and moves that to ready. */
static bool replace(PlaceholderReader *reader, Error *err)
{
    const char *text = reader->raw.data;
    size_t len = reader->raw.len, at = 0;
    while (at < len) {
        const char *dollar = memchr(text + at, '$', len - at);
        size_t start = dollar == NULL ? len : (size_t)(dollar - text);
        pass(reader, text + at, start - at);
        at = start;
        if (at == len || (at + 1 == len && !reader->eof))
            break;
        if (at + 1 == len || text[at + 1] != '{') {
            pass(reader, text + at, 1);
            at++;
            continue;
        }
        const char *name = text + at + 2;
        size_t name_len = name_length(name, len - at - 2);
        bool ended = at + 2 + name_len < len;
        if (!ended && !reader->eof && name_len <= LONGEST_NAME)
            break; /* the name may end in the next piece */
        if (!ended || name_len > LONGEST_NAME || name[name_len] != '}')
            return unended(reader, err);
        const char *value = value_of(reader, name, name_len);
        if (value == NULL)
            return unknown(reader, name, name_len, err);
        buf_add_str(&reader->ready, value);
        at += name_len + 3;
    }
    buf_consume(&reader->raw, at);
    return true;
}

static bool refill(PlaceholderReader *reader, Error *err)
{
    while (reader->ready_from == reader->ready.len && !reader->eof) {
        buf_clear(&reader->ready);
        reader->ready_from = 0;
        buf_reserve(&reader->raw, PIECE);
        size_t got = 0;
        if (!migration_read(reader->reader, reader->raw.data + reader->raw.len, PIECE, &got, err))
            return false;
        reader->raw.len += got;
        reader->eof = got == 0;
        if (!replace(reader, err))
            return false;
    }
    return true;
}

bool placeholder_read(void *context, void *buffer, size_t size, size_t *ret_len, Error *err)
{
    PlaceholderReader *reader = context;
    if (reader->placeholders == NULL)
        return migration_read(reader->reader, buffer, size, ret_len, err);
    if (!refill(reader, err))
        return false;
    size_t len = reader->ready.len - reader->ready_from;
    if (len > size)
        len = size;
    if (len > 0)
        memcpy(buffer, reader->ready.data + reader->ready_from, len);
    reader->ready_from += len;
    *ret_len = len;
    return true;
}

bool placeholder_checksum(const Migration *migration, const Placeholders *placeholders,
                          int32_t *ret, Error *err)
{
    if (placeholders == NULL || migration->placeholder_replacement_off) {
        *ret = migration->checksum;
        return true;
    }
    Arena *arena = arena_new();
    PlaceholderReader *reader = NULL;
    Buf whole = {0};
    char piece[8192];
    size_t len = 0;
    bool done = placeholder_open(arena, migration, placeholders, &reader, err);
    while (done && (done = placeholder_read(reader, piece, sizeof(piece), &len, err)) && len > 0)
        buf_add(&whole, piece, len);
    if (done)
        *ret = migration_checksum(buf_text(&whole), whole.len);
    placeholder_close(reader);
    buf_free(&whole);
    arena_free(arena);
    return done;
}
