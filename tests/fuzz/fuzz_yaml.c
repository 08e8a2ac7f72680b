/*
 * Patching of YAML: whatever text a property is found in, the new value can be read there
 * afterwards, what stood before and behind it is as it was, and doing it again changes nothing. The
 * text may be one that cannot be read, or have a value that cannot be replaced: that must be an
 * error with a message.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/text/yamlpatch.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)
#define VALUE "hnQZfRcN6sV+y+0YePtkLazMy+Ty3lhyGv69ixeYoXc="

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes ahead of the place, and those behind it (but for blocks, whose text may go). */
static void check_surroundings(const Bytes *before, const Bytes *after, const YamlPlace *place)
{
    size_t tail = before->len - place->end;
    CHECK(after->len >= place->start && memcmp(before->data, after->data, place->start) == 0);
    CHECK(after->len >= tail);
    CHECK(memcmp(before->data + place->end, after->data + after->len - tail, tail) == 0);
}

static void check_result(Arena *arena, const Bytes *text, const YamlPlace *place,
                         const char *property, const Bytes *after)
{
    Error err = {0};
    YamlPlace found;
    Bytes again;
    check_surroundings(text, after, place);
    CHECK(yamlpatch_find(arena, "f", after->data, after->len, property, NULL, &found, &err));
    CHECK(strcmp(found.value, VALUE) == 0 && strcmp(found.path, place->path) == 0);
    CHECK(yamlpatch_replace(arena, "f", after->data, after->len, &found, VALUE, &again, &err));
    CHECK(again.len == after->len && memcmp(again.data, after->data, again.len) == 0);
}

static void run(Arena *arena, const Bytes *text, const char *property)
{
    Error err = {0};
    YamlPlace place;
    Bytes after;
    bool ok = yamlpatch_find(arena, "f", text->data, text->len, property, NULL, &place, &err);
    if (ok) {
        CHECK(place.start <= place.end && place.end <= text->len);
        ok = yamlpatch_replace(arena, "f", text->data, text->len, &place, VALUE, &after, &err);
        if (ok)
            check_result(arena, text, &place, property, &after);
    }
    CHECK(ok || (err.code == EXIT_USAGE && err.primary != NULL));
    error_clear(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const properties[] = {"Hash", "MigrationHash", "a.b"};
    Arena *arena = arena_new();
    Bytes text = {arena_strndup(arena, (const char *)data, size), size};
    for (size_t i = 0; i < ARRAY_LENGTH(properties); i++)
        run(arena, &text, properties[i]);
    arena_free(arena);
    return 0;
}
