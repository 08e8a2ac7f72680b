/* Reading a migration's content again, in pieces, and holding it against the digest of the load. */
#include <string.h>

#include "dbmig/project/migration.h"

struct MigrationReader {
    FileReader *file;
    const Bytes *staged; /* instead of file */
    size_t at;
    const Migration *migration; /* NULL: nothing to hold the bytes against */
    const char *path;
    Sha256 sha;
    bool checked;
    size_t offset; /* in the file, of the byte read next */
    size_t part;   /* of the migration's parts, the one under way or next */
};

static bool open_content(Arena *arena, const char *path, const Bytes *staged,
                         const Migration *migration, MigrationReader **ret, Error *err)
{
    MigrationReader *reader = arena_alloc(arena, sizeof(*reader));

    reader->path = path;
    reader->staged = staged;
    reader->migration = migration;
    sha256_begin(&reader->sha);
    if (staged == NULL && !file_open_read(arena, path, &reader->file, err))
        return false;
    *ret = reader;
    return true;
}

bool migration_open(Arena *arena, const Migration *migration, MigrationReader **ret, Error *err)
{
    return open_content(arena, migration->path, migration->staged, migration, ret, err);
}

bool migration_open_entry(Arena *arena, const SumEntry *entry, MigrationReader **ret, Error *err)
{
    const Migration *whole =
        entry->migration != NULL && entry->migration->part_only ? NULL : entry->migration;

    return open_content(arena, entry->path, entry->staged, whole, ret, err);
}

static bool check_digest(MigrationReader *reader, Error *err)
{
    uint8_t digest[SHA256_SIZE];

    if (reader->migration == NULL || reader->checked)
        return true;
    sha256_digest(&reader->sha, digest);
    if (memcmp(digest, reader->migration->sha256, SHA256_SIZE) != 0) {
        error_set(err, EXIT_INTEGRITY, "%s was changed while dbmig was reading it", reader->path);
        error_hint(err, "Run the command again.");
        return error_at(err, reader->path, 0, 0);
    }
    reader->checked = true;
    return true;
}

static void read_staged(MigrationReader *reader, void *buffer, size_t size, size_t *ret_len)
{
    size_t left = reader->staged->len - reader->at;

    *ret_len = left < size ? left : size;
    if (*ret_len > 0)
        memcpy(buffer, reader->staged->data + reader->at, *ret_len);
    reader->at += *ret_len;
}

static void blank(char *from, const char *to)
{
    for (; from < to; from++)
        if (*from != '\n')
            *from = ' ';
}

/* Blanks what is not the migration's, and hashes what is. */
static void take_parts(MigrationReader *reader, char *bytes, size_t len)
{
    const Migration *migration = reader->migration;
    size_t at = 0;

    while (at < len) {
        const MigrationPart *part =
            reader->part < migration->part_count ? &migration->parts[reader->part] : NULL;
        const MigrationPart *before =
            reader->part > 0 ? &migration->parts[reader->part - 1] : NULL;
        size_t left = len - at, step;
        bool inside = part != NULL && reader->offset >= part->from;

        step = part == NULL ? left : inside ? part->to - reader->offset : part->from - reader->offset;
        step = step < left ? step : left;
        if (inside) {
            sha256_add(&reader->sha, bytes + at, step);
        } else {
            blank(bytes + at, bytes + at + step);
            if (step > 0 && before != NULL && before->terminate && before->to == reader->offset)
                bytes[at] = ';';
        }
        at += step;
        reader->offset += step;
        if (inside && reader->offset == part->to)
            reader->part++;
    }
}

bool migration_read(void *reader, void *buffer, size_t size, size_t *ret_len, Error *err)
{
    MigrationReader *self = reader;

    if (self->staged != NULL)
        read_staged(self, buffer, size, ret_len);
    else if (!file_read_some(self->file, buffer, size, ret_len, err))
        return false;
    if (*ret_len == 0)
        return check_digest(self, err);
    if (self->migration != NULL && self->migration->part_only)
        take_parts(self, buffer, *ret_len);
    else
        sha256_add(&self->sha, buffer, *ret_len);
    return true;
}

void migration_close(MigrationReader *reader)
{
    if (reader != NULL)
        file_close(reader->file);
}
