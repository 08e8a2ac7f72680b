/*
 * Cache keys of replayed prefixes. Whatever can change what a prefix leaves in the database is a
 * field of the digest; a field too many costs a replay, one too few gives a wrong result.
 */
#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/platform.h"
#include "replay_private.h"

/* To be raised when the way in which files are run changes within one version of dbmig. */
#define KEY_FORMAT "dbmig replay 2"

static void add_text(Sha256 *sha, const char *text)
{
    if (text == NULL)
        text = "";
    sha256_add_field(sha, text, strlen(text));
}

static void add_number(Sha256 *sha, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * (7 - i)));
    sha256_add_field(sha, bytes, sizeof(bytes));
}

static void add_list(Sha256 *sha, const StringList *list)
{
    size_t count = list == NULL ? 0 : list->count;
    add_number(sha, count);
    for (size_t i = 0; i < count; i++)
        add_text(sha, list->items[i]);
}

static bool add_init_sql(Sha256 *sha, const ReplayOptions *options, Error *err)
{
    size_t count = options->init_sql == NULL ? 0 : options->init_sql->count;
    add_number(sha, count);
    for (size_t i = 0; i < count; i++) {
        Arena *scratch = arena_new();
        Bytes content;
        bool read = file_read(scratch, options->init_sql->items[i], &content, err);
        if (read) {
            add_text(sha, file_name_of(options->init_sql->items[i]));
            sha256_add_field(sha, content.data, content.len);
        }
        arena_free(scratch);
        if (!read)
            return false;
    }
    return true;
}

/*
 * With placeholders on, the text that runs is not the file's. What only the server knows stands for
 * itself here: it follows from the identity. A file that uses the time of day is never found in the
 * cache, as it must be.
 */
static bool key_placeholders(Arena *arena, const ReplayOptions *options, Placeholders **ret,
                             Error *err)
{
    static const char *const of_server[] = {"defaultSchema", "user", "database"};
    *ret = NULL;
    if (!options->placeholders)
        return true;
    if (!placeholders_new(arena, options->placeholder_values, ret, err))
        return false;
    uint8_t random[16];
    char nonce[2 * sizeof(random) + 1];
    platform_random(random, sizeof(random));
    hash_hex(random, sizeof(random), nonce);
    placeholders_set_builtin(*ret, "timestamp", nonce);
    replay_builtin_placeholders(*ret);
    for (size_t i = 0; i < ARRAY_LENGTH(of_server); i++)
        placeholders_set_builtin(*ret, of_server[i], of_server[i]);
    return true;
}

/* The digest of the text that runs. */
static bool replaced_digest(const Migration *migration, const Placeholders *placeholders,
                            uint8_t ret[SHA256_SIZE], Error *err)
{
    Arena *scratch = arena_new();
    PlaceholderReader *reader = NULL;
    Sha256 sha;
    char piece[16384];
    size_t len = 0;
    sha256_begin(&sha);
    bool done = placeholder_open(scratch, migration, placeholders, &reader, err);
    while (done && (done = placeholder_read(reader, piece, sizeof(piece), &len, err)) && len > 0)
        sha256_add(&sha, piece, len);
    placeholder_close(reader);
    arena_free(scratch);
    if (done)
        sha256_digest(&sha, ret);
    return done;
}

static bool add_migration(Sha256 *sha, const Migration *migration, const Placeholders *placeholders,
                          Error *err)
{
    uint8_t digest[SHA256_SIZE];
    memcpy(digest, migration->sha256, sizeof(digest));
    if (placeholders != NULL && !migration->placeholder_replacement_off &&
        !replaced_digest(migration, placeholders, digest, err))
        return false;
    /* How it is split into transactions follows from these: see fileplan_make(). */
    add_text(sha, migration->name);
    add_number(sha, migration->tx_mode);
    add_number(sha, migration->placeholder_replacement_off);
    sha256_add_field(sha, digest, sizeof(digest));
    return true;
}

static const char *key_text(Arena *arena, const Sha256 *sha)
{
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_digest(sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_strdup(arena, hex);
}

bool replay_keys(Arena *arena, const MigrationFolder *folder, size_t count,
                 const ReplayOptions *options, const char *identity, StringList *ret, Error *err)
{
    Placeholders *placeholders;
    Sha256 sha;
    if (!key_placeholders(arena, options, &placeholders, err))
        return false;
    sha256_begin(&sha);
    add_text(&sha, KEY_FORMAT);
    add_text(&sha, DBMIG_VERSION);
    add_text(&sha, identity);
    add_number(&sha, options->tx_mode);
    add_number(&sha, options->placeholders);
    add_list(&sha, options->placeholders ? options->placeholder_values : NULL);
    if (!add_init_sql(&sha, options, err))
        return false;
    VEC_PUSH(arena, *ret, key_text(arena, &sha));
    for (size_t i = 0; i < count; i++) {
        if (!add_migration(&sha, folder->run[i], placeholders, err))
            return false;
        VEC_PUSH(arena, *ret, key_text(arena, &sha));
    }
    return true;
}
