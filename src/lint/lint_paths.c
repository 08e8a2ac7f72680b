/* Plain SQL files, and stdin, as a folder that runs them in the order given. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

static bool read_stdin(Arena *arena, Bytes *ret, Error *err)
{
    Buf content = {0};
    char piece[65536];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, piece, sizeof(piece));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            buf_free(&content);
            return error_set_errno(err, EXIT_USAGE, errno, "could not read standard input");
        }
        if (got == 0)
            break;
        buf_add(&content, piece, (size_t)got);
    }
    ret->len = content.len;
    ret->data = buf_steal(&content, arena);
    return true;
}

static Migration *plain_file(Arena *arena, const char *path, const Bytes *content)
{
    Migration *migration = arena_alloc(arena, sizeof(*migration));
    Sha256 sha;
    sha256_begin(&sha);
    sha256_add(&sha, content->data, content->len);
    sha256_digest(&sha, migration->sha256);
    hash_hex(migration->sha256, SHA256_SIZE, migration->sha256_hex);
    migration->kind = MIGRATION_PLAIN;
    migration->name = migration->path = path;
    migration->version = migration->raw_version = migration->description = "";
    migration->size = content->len;
    migration->staged = content;
    directive_read_head(arena, content->data, content->len, &migration->directives);
    const char *mode = directive_find(&migration->directives, "txmode");
    if (text_equal(mode, "none"))
        migration->tx_mode = TXMODE_NONE;
    else if (text_equal(mode, "file"))
        migration->tx_mode = TXMODE_FILE;
    return migration;
}

bool lint_load_paths(Arena *arena, const char *const *paths, size_t count, MigrationFolder *ret,
                     Error *err)
{
    *ret = (MigrationFolder){.path = "", .plain = true};
    const Migration **run = arena_calloc(arena, count, sizeof(*run));
    for (size_t i = 0; i < count; i++) {
        Bytes *content = arena_alloc(arena, sizeof(*content));
        bool standard = strcmp(paths[i], "-") == 0;
        if (standard ? !read_stdin(arena, content, err)
                     : !file_read(arena, paths[i], content, err))
            return false;
        size_t bad = text_utf8_bad(content->data, content->len);
        if (bad < content->len)
            return error_set(err, EXIT_USAGE, "%s is not UTF-8 (byte %zu)", paths[i], bad + 1);
        run[i] = plain_file(arena, standard ? "<stdin>" : paths[i], content);
    }
    ret->run = run;
    ret->run_count = count;
    ret->count = count;
    return true;
}
