/* Computes, writes and verifies the sum file. What is wrong with one is told by sumdiff.c. */
#include "dbmig/project/sumfile.h"

#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/project/sumdiff.h"

#define PREFIX "h1:"

bool sumfile_compute(Arena *arena, const MigrationFolder *folder, Buf *ret, Error *err)
{
    Sha256 all;
    uint8_t digest[SHA256_SIZE];
    char base64[SHA256_BASE64_SIZE];
    Buf lines = {0};

    (void)arena;
    (void)err;
    sha256_begin(&all);
    for (size_t i = 0; i < folder->sum_count; i++) {
        const SumEntry *entry = &folder->sum[i];

        if (entry->ignored)
            continue;
        hash_base64(entry->state, SHA256_SIZE, base64);
        sha256_add(&all, entry->name, strlen(entry->name));
        sha256_add(&all, base64, strlen(base64));
        buf_add_str(&lines, entry->name);
        buf_add_str(&lines, " " PREFIX);
        buf_add_str(&lines, base64);
        buf_add_char(&lines, '\n');
    }
    sha256_digest(&all, digest);
    hash_base64(digest, SHA256_SIZE, base64);
    buf_printf(ret, PREFIX "%s\n", base64);
    buf_add(ret, buf_text(&lines), lines.len);
    buf_free(&lines);
    return true;
}

char *sumfile_header(Arena *arena, const char *text, size_t len)
{
    const char *header;
    SumLines lines = {0};

    sumdiff_parse(arena, text, len, &header, &lines);
    return header == NULL ? NULL : arena_strdup(arena, header);
}

char *sumfile_of_folder(Arena *arena, const MigrationFolder *folder)
{
    Buf text = {0};
    Error ignored = {0};
    char *header;

    sumfile_compute(arena, folder, &text, &ignored);
    header = sumfile_header(arena, buf_text(&text), text.len);
    error_clear(&ignored);
    buf_free(&text);
    return header;
}

static bool read_sum(Arena *arena, const char *path, Bytes *ret, bool *ret_found, Error *err)
{
    *ret_found = file_kind(path) != FILE_MISSING;
    return !*ret_found || file_read(arena, path, ret, err);
}

/* From where the migrations came: another revision's files need that revision's sum file. */
static bool read_source_sum(Arena *arena, const FolderSource *source, Bytes *ret, bool *ret_found,
                            Error *err)
{
    StringList names = {0};

    if (!source->list(source->context, arena, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        if (strcmp(names.items[i], SUMFILE_NAME) != 0)
            continue;
        *ret_found = true;
        return source->read(source->context, arena, SUMFILE_NAME, ret, err);
    }
    *ret_found = false;
    return true;
}

bool sumfile_write(Arena *arena, const MigrationFolder *folder, bool *ret_changed, Error *err)
{
    const char *path = file_join(arena, folder->path, SUMFILE_NAME);
    Buf text = {0};
    Bytes before = {0};
    bool found, same, ok;

    if (!read_sum(arena, path, &before, &found, err))
        return false;
    if (!sumfile_compute(arena, folder, &text, err))
        return false;
    same = found && before.len == text.len && memcmp(before.data, text.data, text.len) == 0;
    ok = same || file_write_atomic(path, text.data, text.len, 0644, err);
    buf_free(&text);
    if (ok && ret_changed != NULL)
        *ret_changed = !same;
    return ok;
}

static bool fail_missing(const char *path, Error *err)
{
    error_set(err, EXIT_INTEGRITY, "the sum file %s is missing", path);
    error_detail(err, "It is what tells an edited, lost or added migration from a good one.");
    error_hint(err, "Restore it from version control; in a folder that never had one, run: dbmig "
                    "hash");
    return error_at(err, path, 0, 0);
}

bool sumfile_verify(Arena *arena, const MigrationFolder *folder, const Bytes *sum, Error *err)
{
    const char *path = file_join(arena, folder->path, SUMFILE_NAME);
    Bytes text = {0}, expected;
    Buf computed = {0};
    bool found = true;

    if (sum != NULL)
        text = *sum;
    else if (folder->source != NULL ? !read_source_sum(arena, folder->source, &text, &found, err)
                                    : !read_sum(arena, path, &text, &found, err))
        return false;
    if (!found) /* another tool's folder gets one on request */
        return folder->sum_count == 0 || format_foreign(folder->format) || fail_missing(path, err);
    if (!sumfile_compute(arena, folder, &computed, err))
        return false;
    expected.len = computed.len;
    expected.data = buf_steal(&computed, arena);
    if (text.len == expected.len && memcmp(text.data, expected.data, text.len) == 0)
        return true;
    return sumdiff_explain(arena, folder, path, &text, &expected, err);
}
