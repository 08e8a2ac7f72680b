/*
 * Hashes the migrations again, the way the sum file did: with other line ends, and along the
 * recorded history. Entries are cumulative, so the first line that does not come out names the file
 * that changed.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "sumdiff_internal.h"

#define PIECE_SIZE ((size_t)16 * 1024)

/* Files that could be a lost one under a new name are read to find out; so many at most. */
#define RENAME_CANDIDATES 32

/* Adds a piece with its line ends turned; *last is the byte before it. */
static void add_turned(Sha256 *sha, const char *bytes, size_t len, LineEnds ends, char *last,
                       Buf *scratch)
{
    buf_clear(scratch);
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];

        if (*last == '\r' && c != '\n' && ends == LINE_ENDS_LF)
            buf_add_char(scratch, '\r');
        if (c == '\n' && ends == LINE_ENDS_CRLF && *last != '\r')
            buf_add_char(scratch, '\r');
        if (c != '\r' || ends == LINE_ENDS_CRLF)
            buf_add_char(scratch, c);
        *last = c;
    }
    sha256_add(sha, buf_text(scratch), scratch->len);
}

static bool hash_pieces(Arena *scratch, MigrationReader *reader, LineEnds ends, Sha256 *sha,
                        Error *err)
{
    char *piece = arena_alloc(scratch, PIECE_SIZE);
    Buf turned = {0};
    size_t len = 0;
    char last = '\0';
    bool ok;

    while ((ok = migration_read(reader, piece, PIECE_SIZE, &len, err)) && len > 0) {
        if (ends == LINE_ENDS_AS_THEY_ARE)
            sha256_add(sha, piece, len);
        else
            add_turned(sha, piece, len, ends, &last, &turned);
    }
    if (ok && last == '\r' && ends == LINE_ENDS_LF)
        sha256_add(sha, "\r", 1);
    buf_free(&turned);
    return ok;
}

static bool hash_entry(const SumEntry *entry, LineEnds ends, Sha256 *sha, Error *err)
{
    Arena *scratch = arena_new();
    MigrationReader *reader = NULL;
    bool ok = migration_open_entry(scratch, entry, &reader, err) &&
              hash_pieces(scratch, reader, ends, sha, err);

    migration_close(reader);
    arena_free(scratch);
    return ok;
}

static void encode(const Sha256 *sha, char ret[SHA256_BASE64_SIZE])
{
    uint8_t digest[SHA256_SIZE];

    sha256_digest(sha, digest);
    hash_base64(digest, SHA256_SIZE, ret);
}

bool sumdiff_fits_with(const Diff *diff, LineEnds ends, bool *ret, Error *err)
{
    Sha256 sha;
    char base64[SHA256_BASE64_SIZE];
    size_t at = 0;

    *ret = false;
    sha256_begin(&sha);
    for (size_t i = 0; i < diff->folder->sum_count; i++) {
        const SumEntry *entry = &diff->folder->sum[i];

        sha256_add(&sha, entry->name, strlen(entry->name));
        if (entry->ignored)
            continue;
        if (at == diff->lines.count || strcmp(diff->lines.items[at].name, entry->name) != 0)
            return true;
        if (!hash_entry(entry, ends, &sha, err))
            return false;
        encode(&sha, base64);
        if (strcmp(diff->lines.items[at++].hash, base64) != 0)
            return true;
    }
    *ret = at == diff->lines.count;
    return true;
}

/* ---- following the recorded history ---- */

/*
 * Adds the names of the ignored entries from `from` up to `entry`, where they stand in the folder:
 * they are hashed without content. `without` is left out.
 */
static void add_ignored(const Diff *diff, size_t from, const SumEntry *entry,
                        const SumEntry *without, Sha256 *sha)
{
    for (const SumEntry *other = diff->folder->sum + from; other < entry; other++)
        if (other->ignored && other != without)
            sha256_add(sha, other->name, strlen(other->name));
}

static bool comes_out(const SumEntry *entry, const SumLine *line, Sha256 *sha, bool *ret,
                      Error *err)
{
    char base64[SHA256_BASE64_SIZE];

    sha256_add(sha, line->name, strlen(line->name));
    if (!hash_entry(entry, LINE_ENDS_AS_THEY_ARE, sha, err))
        return false;
    encode(sha, base64);
    *ret = strcmp(base64, line->hash) == 0;
    return true;
}

static bool find_renamed(const Diff *diff, const SumLine *line, const Sha256 *before, SumWalk *walk,
                         Error *err)
{
    for (size_t i = 0; i < diff->added.count && i < RENAME_CANDIDATES; i++) {
        const SumEntry *entry = map_get(diff->by_name, diff->added.items[i]);
        Sha256 sha = *before;
        bool fits;

        if (!comes_out(entry, line, &sha, &fits, err))
            return false;
        if (fits) {
            walk->renamed = entry;
            return true;
        }
    }
    return true;
}

/* The entry did not come out: was it for an ignored file that is new before it? */
static bool blame_ignored(const Diff *diff, size_t from, const SumEntry *entry, const SumLine *line,
                          const Sha256 *before, SumWalk *walk, Error *err)
{
    for (const SumEntry *other = diff->folder->sum + from; other < entry; other++) {
        Sha256 sha = *before;
        bool fits;

        if (!other->ignored)
            continue;
        add_ignored(diff, from, entry, other, &sha);
        if (!comes_out(entry, line, &sha, &fits, err))
            return false;
        if (!fits)
            continue;
        walk->unexpected_ignored = other;
        return true;
    }
    return true;
}

/* One line whose file is here. `from`: the folder's entries before it were dealt with. */
static bool follow_line(const Diff *diff, size_t at, const SumEntry *entry, size_t from,
                        Sha256 *sha, SumWalk *walk, Error *err)
{
    const SumLine *line = &diff->lines.items[at];
    Sha256 before = *sha;
    bool fits;

    add_ignored(diff, from, entry, NULL, sha);
    if (!comes_out(entry, line, sha, &fits, err))
        return false;
    if (fits)
        walk->resumed = walk->edited != SUMDIFF_NONE;
    if (fits || walk->edited != SUMDIFF_NONE)
        return true;
    walk->edited = at;
    return blame_ignored(diff, from, entry, line, &before, walk, err);
}

bool sumdiff_follow(const Diff *diff, SumWalk *walk, Error *err)
{
    Sha256 sha;
    size_t from = 0;

    *walk = (SumWalk){.edited = SUMDIFF_NONE, .removed = SUMDIFF_NONE};
    sha256_begin(&sha);
    for (size_t i = 0; i < diff->lines.count && !walk->resumed; i++) {
        const SumLine *line = &diff->lines.items[i];
        const SumEntry *entry = map_get(diff->by_name, line->name);

        if (entry == NULL) {
            walk->removed = i;
            return find_renamed(diff, line, &sha, walk, err);
        }
        if (!follow_line(diff, i, entry, from, &sha, walk, err))
            return false;
        if ((size_t)(entry - diff->folder->sum) >= from)
            from = (size_t)(entry - diff->folder->sum) + 1;
    }
    return true;
}
