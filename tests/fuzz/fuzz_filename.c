/*
 * File names, versions and contents of migrations: what is read must keep its promises for any
 * bytes. The input is a list of lines: each is a file name, a version and a description in turn.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/project/digest.h"
#include "dbmig/project/scriptconf.h"
#include "dbmig/project/walk.h"
#include "dbmig/text/version.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define NOW "20260304050607"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void check_name(Arena *arena, const char *name, bool plain)
{
    MigrationName parsed;
    const char *reason;
    NameVerdict verdict = version_parse_name(arena, name, plain, &parsed, &reason);

    if (verdict == NAME_MISNAMED) {
        CHECK(reason != NULL);
        version_suggest_name(arena, name);
    }
    if (verdict != NAME_MIGRATION)
        return;
    CHECK(parsed.description != NULL);
    CHECK((parsed.version == NULL) == (parsed.kind == MIGRATION_REPEATABLE));
    if (parsed.version != NULL) {
        CHECK(version_valid(parsed.version) && version_valid(parsed.raw_version));
        CHECK(version_compare(parsed.version, parsed.raw_version) == 0);
    }
}

static void check_slug(Arena *arena, const char *text)
{
    Error err = {0};
    char *slug;
    MigrationName parsed;
    const char *reason;

    if (version_slug(arena, text, &slug, &err)) {
        char *name = arena_printf(arena, "V1__%s.sql", slug);
        CHECK(version_parse_name(arena, name, false, &parsed, &reason) == NAME_MIGRATION);
        CHECK(strcmp(parsed.version, "1") == 0 && strlen(parsed.description) == strlen(slug));
    } else {
        CHECK(err.code == EXIT_USAGE);
    }
    error_clear(&err);
}

static void check_order(const StringList *lines)
{
    for (size_t i = 1; i < lines->count; i++) {
        const char *a = lines->items[i - 1], *b = lines->items[i];
        CHECK(sign(version_compare(a, b)) == -sign(version_compare(b, a)));
        CHECK(sign(walk_compare(a, b)) == -sign(walk_compare(b, a)));
        CHECK((walk_compare(a, b) == 0) == (strcmp(a, b) == 0));
    }
}

static void check_next(Arena *arena, const StringList *lines)
{
    StringList versions = {0};
    char *next;

    for (size_t i = 0; i < lines->count; i++)
        if (version_valid(lines->items[i]))
            VEC_PUSH(arena, versions, lines->items[i]);
    next = version_next(arena, versions.items, versions.count, NOW);
    CHECK(version_valid(next));
    for (size_t i = 0; i < versions.count; i++)
        CHECK(version_compare(next, versions.items[i]) > 0);
}

static void check_digest(const char *bytes, size_t size, size_t piece)
{
    Digest whole, parts;

    digest_begin(&whole);
    digest_add(&whole, bytes, size);
    digest_end(&whole);
    digest_begin(&parts);
    for (size_t at = 0; at < size;) {
        size_t len = at == 0 && piece < 3 ? 3 : piece;
        len = len < size - at ? len : size - at;
        digest_add(&parts, bytes + at, len);
        at += len;
    }
    digest_end(&parts);
    CHECK(whole.crc_raw == parts.crc_raw && whole.bad == parts.bad);
    CHECK(whole.bad == (text_utf8_bad(bytes, size) != size));
    if (whole.bad)
        CHECK(whole.bad_line == parts.bad_line && whole.bad_column == parts.bad_column);
    else
        CHECK(whole.crc_lines == parts.crc_lines && whole.line == parts.line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    char *text = arena_strndup(arena, (const char *)data, size);
    StringList lines = {0};
    ScriptConf conf;
    Error err = {0};

    text_split(arena, text, '\n', &lines);
    for (size_t i = 0; i < lines.count; i++) {
        check_name(arena, lines.items[i], false);
        check_name(arena, lines.items[i], true);
        check_slug(arena, lines.items[i]);
    }
    check_order(&lines);
    check_next(arena, &lines);
    check_digest(text, size, 1 + size % 7);
    scriptconf_parse(arena, "f", text, size, &conf, &err);
    error_clear(&err);
    arena_free(arena);
    return 0;
}
