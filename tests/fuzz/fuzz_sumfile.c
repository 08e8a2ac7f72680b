/*
 * Sum files: any text against a small folder must be refused with a place and a hint, unless it is
 * the right one byte for byte. The first two bytes of the input choose what part of the right sum
 * file is replaced by the rest; the third one what became of the folder.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/project/sumfile.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Folder {
    const char *files[6][2]; /* name and content; NULL content: not there */
} Folder;

static bool list(void *context, Arena *arena, StringList *ret, Error *err)
{
    const Folder *folder = context;

    (void)err;
    for (size_t i = 0; i < ARRAY_LENGTH(folder->files); i++)
        if (folder->files[i][1] != NULL)
            VEC_PUSH(arena, *ret, folder->files[i][0]);
    return true;
}

static bool read_file(void *context, Arena *arena, const char *name, Bytes *ret, Error *err)
{
    const Folder *folder = context;

    (void)arena;
    (void)err;
    for (size_t i = 0; i < ARRAY_LENGTH(folder->files); i++)
        if (strcmp(folder->files[i][0], name) == 0)
            *ret = (Bytes){folder->files[i][1], strlen(folder->files[i][1])};
    return true;
}

static Bytes sum_of(Arena *arena, const FolderSource *source, MigrationFolder *ret)
{
    Error err = {0};
    Buf text = {0};
    size_t len;

    CHECK(migration_load(arena, "m", source, ret, &err));
    CHECK(sumfile_compute(arena, ret, &text, &err));
    len = text.len;
    return (Bytes){buf_steal(&text, arena), len};
}

/* Bit by bit: edited, removed, added, renamed, CRLF. */
static void change(Folder *folder, uint8_t how)
{
    if (how & 1)
        folder->files[1][1] = "select 22;\n";
    if (how & 2)
        folder->files[2][1] = NULL;
    if (how & 4)
        folder->files[4][1] = "select 4;\n";
    if (how & 8)
        folder->files[0][0] = "V1__renamed.sql";
    if (how & 16)
        folder->files[0][1] = "select 1;\r\n";
    if (how & 32)
        folder->files[5][1] = NULL;
}

static Bytes splice(Arena *arena, Bytes right, const uint8_t *data, size_t size)
{
    size_t from = data[0] * (right.len + 1) / 256, to = data[1] * (right.len + 1) / 256;
    Buf text = {0};
    size_t len;

    if (to < from)
        to = from;
    buf_add(&text, right.data, from);
    buf_add(&text, data + 3, size - 3);
    buf_add(&text, right.data + to, right.len - to);
    len = text.len;
    return (Bytes){buf_steal(&text, arena), len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Folder folder = {{{"V1__a.sql", "select 1;\n"},
                      {"V2__b.sql", "select 2;\n"},
                      {"V3__c.sql", "select 3;\n"},
                      {"R__v.sql", ""},
                      {"V2.5__d.sql", NULL},
                      {"V1.5__i.sql", "-- atlas:sum ignore\n"}}};
    FolderSource source = {list, read_file, &folder};
    MigrationFolder before, after;
    Bytes right, text, expected;
    Error err = {0};
    Arena *arena;

    if (size < 3)
        return 0;
    arena = arena_new();
    right = sum_of(arena, &source, &before);
    text = splice(arena, right, data, size);
    change(&folder, data[2]);
    expected = sum_of(arena, &source, &after);
    if (sumfile_verify(arena, &after, &text, &err)) {
        CHECK(text.len == expected.len && memcmp(text.data, expected.data, text.len) == 0);
    } else {
        CHECK(err.code == EXIT_INTEGRITY && err.hint != NULL);
        CHECK(strcmp(err.file, "m/atlas.sum") == 0);
    }
    sumfile_header(arena, text.data, text.len);
    error_clear(&err);
    arena_free(arena);
    return 0;
}
