/*
 * What a check remembers for the early exit. The file holds fields "<length>:<bytes>\n" in a fixed
 * order, "-\n" for NULL; anything else than that is as good as no file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/text.h"
#include "dbmig/check/check.h"
#include "dbmig/project/git.h"

/* To be raised when the form of the file or the meaning of a check changes. */
#define STATE_FORMAT "dbmig check 5"

/* ---- the key ---- */

static void add_text(Sha256 *sha, const char *text)
{
    /* NULL and "" are different settings. */
    sha256_add_field(sha, text == NULL ? "-" : "+", 1);
    sha256_add_field(sha, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

static void add_list(Sha256 *sha, const StringList *list)
{
    size_t count = list == NULL ? 0 : list->count;
    uint64_t field = count;
    sha256_add_field(sha, &field, sizeof(field));
    for (size_t i = 0; i < count; i++)
        add_text(sha, list->items[i]);
}

static void add_settings(Sha256 *sha, const CheckOptions *options)
{
    const ReplayOptions *replay = &options->replay;
    const char modes[] = {(char)('0' + replay->tx_mode), replay->placeholders ? '1' : '0', '\0'};
    add_text(sha, STATE_FORMAT);
    add_text(sha, DBMIG_VERSION);
    add_text(sha, options->settings);
    add_text(sha, replay->dev_url);
    add_text(sha, replay->to_version);
    add_text(sha, modes);
    add_list(sha, replay->init_sql);
    add_list(sha, replay->placeholder_values);
    /* Which programs, engine and libpq defaults a dev URL means. */
    static const char *const environment[] = {"PATH", "DOCKER_HOST", "DOCKER_CONTEXT", "PGHOST", "PGHOSTADDR",
                                              "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"};
    for (size_t i = 0; i < ARRAY_LENGTH(environment); i++)
        add_text(sha, getenv(environment[i]));
}

static char *finish(Arena *arena, const Sha256 *sha)
{
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_digest(sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_strdup(arena, hex);
}

/* The sum file is not enough: it leaves out the content of files with `sum ignore`. */
static void add_files(Sha256 *sha, const MigrationFolder *folder)
{
    sha256_add_field(sha, folder->plain ? "plain" : "flyway", folder->plain ? 5 : 6);
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *item = &folder->items[i];
        const char modes[] = {(char)('0' + item->tx_mode),
                              item->placeholder_replacement_off ? '1' : '0', '\0'};
        add_text(sha, item->name);
        add_text(sha, modes);
        sha256_add_field(sha, item->sha256, sizeof(item->sha256));
    }
}

static bool add_init_sql(Sha256 *sha, const StringList *files, Error *err)
{
    for (size_t i = 0; files != NULL && i < files->count; i++) {
        Arena *scratch = arena_new();
        Bytes content;
        bool read = file_read(scratch, files->items[i], &content, err);
        if (read)
            sha256_add_field(sha, content.data, content.len);
        arena_free(scratch);
        if (!read)
            return false;
    }
    return true;
}

/* What the models are, however they are told. */
static bool add_source(Sha256 *sha, const DiffSource *source, Error *err)
{
    if (source == NULL) {
        add_text(sha, NULL);
        return true;
    }
    add_text(sha, "source");
    return diff_source_digest(source, sha) ||
           error_set(err, EXIT_USAGE, "what %s has is not known beforehand", source->shown);
}

bool check_key(Arena *arena, const MigrationFolder *folder, const CheckOptions *options, char **ret,
               Error *err)
{
    Sha256 sha;
    sha256_begin(&sha);
    add_settings(&sha, options);
    add_files(&sha, folder);
    if (!add_init_sql(&sha, options->replay.init_sql, err) || !add_source(&sha, options->source, err))
        return false;
    *ret = finish(arena, &sha);
    return true;
}

/* ---- the stamp ---- */

/* A template that git does not know is read from the disk. */
static void add_template(Sha256 *sha, const Template *item)
{
    Arena *scratch = arena_new();
    Error ignored = {0};
    Bytes content = {"", 0};
    add_text(sha, item->file);
    add_text(sha, item->property);
    add_text(sha, item->resource);
    if (file_read(scratch, item->file, &content, &ignored))
        sha256_add_field(sha, content.data, content.len);
    error_clear(&ignored);
    arena_free(scratch);
}

static bool add_listing(Arena *arena, Sha256 *sha, const CheckOptions *options, Error *err)
{
    StringList paths = {0};
    Bytes listing;
    GitRepo repo;
    VEC_PUSH(arena, paths, migration_folder_path(arena, options->dir));
    /* What HEAD has is not new. */
    if (!git_find(arena, paths.items[0], &repo, err))
        return false;
    add_text(sha, git_folder_id(arena, &repo));
    for (size_t i = 0; options->templates != NULL && i < options->templates->count; i++) {
        add_template(sha, &options->templates->items[i]);
        VEC_PUSH(arena, paths, options->templates->items[i].file);
    }
    if (!git_staged_listing(arena, paths.items, paths.count, &listing, err))
        return false;
    sha256_add_field(sha, listing.data, listing.len);
    return true;
}

void check_stamp(Arena *arena, const CheckOptions *options, char **ret)
{
    Sha256 sha;
    Error ignored = {0};
    sha256_begin(&sha);
    add_settings(&sha, options);
    /* What a revision has may change without anything being staged. */
    bool made = options->staged && options->git_base == NULL &&
                add_listing(arena, &sha, options, &ignored) &&
                add_init_sql(&sha, options->replay.init_sql, &ignored) &&
                add_source(&sha, options->source, &ignored);
    *ret = made ? finish(arena, &sha) : NULL;
    error_clear(&ignored);
}

/* ---- the place ---- */

static bool state_folder(Arena *arena, char **ret, Error *err)
{
    char *cache;
    if (!file_cache_folder(arena, &cache, err))
        return false;
    *ret = file_join(arena, cache, "check");
    return true;
}

bool check_state_path(Arena *arena, const CheckOptions *options, char **ret, Error *err)
{
    char *folder, *absolute;
    Sha256 sha;
    if (!state_folder(arena, &folder, err) ||
        !file_absolute(arena, migration_folder_path(arena, options->dir), &absolute, err))
        return false;
    sha256_begin(&sha);
    add_text(&sha, absolute);
    add_settings(&sha, options);
    *ret = file_join(arena, folder, finish(arena, &sha));
    return true;
}

bool check_state_forget(Error *err)
{
    Arena *arena = arena_new();
    char *folder;
    bool done = state_folder(arena, &folder, err) && file_remove_tree(folder, err);
    arena_free(arena);
    return done;
}

/* ---- writing ---- */

static void put_text(Buf *out, const char *text)
{
    if (text == NULL)
        buf_add_str(out, "-\n");
    else
        buf_printf(out, "%zu:%s\n", strlen(text), text);
}

static void put_number(Buf *out, size_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%zu", number);
    put_text(out, text);
}

static void put_finding(Buf *out, const Finding *finding)
{
    put_number(out, finding->severity);
    put_number(out, finding->line);
    put_number(out, finding->column);
    put_text(out, finding->code);
    put_text(out, finding->name);
    put_text(out, finding->file);
    put_text(out, finding->message);
    put_text(out, finding->why);
    put_text(out, finding->fix);
    put_text(out, finding->evidence);
    put_text(out, finding->excerpt);
}

/*
 * Under another name first, so that nobody reads half of it. Not flushed to the disk, which can take
 * longer than the whole check: what a crash of the machine leaves is seen to be no state.
 */
static bool replace_file(Arena *scratch, const char *path, const Buf *content, Error *err)
{
    char *passing = arena_printf(scratch, "%s.%ld", path, (long)getpid());
    FILE *file = fault_hit("open") ? NULL : fopen(passing, "w");
    if (file == NULL)
        return error_set_errno(err, EXIT_USAGE, errno, "could not create \"%s\"", passing);
    bool written = fwrite(content->data, 1, content->len, file) == content->len;
    written = fclose(file) == 0 && written && rename(passing, path) == 0;
    if (written)
        return true;
    error_set_errno(err, EXIT_USAGE, errno, "could not write \"%s\"", path);
    unlink(passing);
    return false;
}

bool check_state_write(const char *path, const CheckState *state, Error *err)
{
    Arena *scratch = arena_new();
    Buf out = {0};
    put_text(&out, STATE_FORMAT);
    put_text(&out, state->key);
    put_text(&out, state->stamp);
    put_text(&out, state->when);
    put_text(&out, state->sum);
    put_number(&out, state->files);
    put_number(&out, state->roles.count);
    for (size_t i = 0; i < state->roles.count; i++)
        put_text(&out, state->roles.items[i]);
    put_number(&out, state->findings.count);
    for (size_t i = 0; i < state->findings.count; i++)
        put_finding(&out, &state->findings.items[i]);
    put_text(&out, "end");
    bool done = file_make_folder(file_folder_of(scratch, path), 0700, err) &&
                replace_file(scratch, path, &out, err);
    buf_free(&out);
    arena_free(scratch);
    return done;
}

/* ---- reading ---- */

typedef struct Reader {
    Arena *arena;
    const char *at, *end;
    bool bad;
} Reader;

static const char *get_text(Reader *reader)
{
    if (!reader->bad && reader->end - reader->at >= 2 && memcmp(reader->at, "-\n", 2) == 0) {
        reader->at += 2;
        return NULL;
    }
    char *colon;
    unsigned long long len = reader->bad ? 0 : strtoull(reader->at, &colon, 10);
    if (reader->bad || *colon != ':' || len >= (size_t)(reader->end - colon) - 1 ||
        colon[1 + len] != '\n') {
        reader->bad = true;
        return NULL;
    }
    reader->at = colon + len + 2;
    return arena_strndup(reader->arena, colon + 1, (size_t)len);
}

static size_t get_number(Reader *reader)
{
    const char *text = get_text(reader);
    int64_t number = 0;
    if (text == NULL || !text_to_int64(text, &number) || number < 0)
        reader->bad = true;
    return (size_t)number;
}

static Finding get_finding(Reader *reader)
{
    Finding finding = {0};
    size_t severity = get_number(reader);
    reader->bad |= severity > SEVERITY_ERROR;
    finding.severity = (Severity)severity;
    finding.line = get_number(reader);
    finding.column = get_number(reader);
    finding.code = get_text(reader);
    finding.name = get_text(reader);
    finding.file = get_text(reader);
    finding.message = get_text(reader);
    finding.why = get_text(reader);
    finding.fix = get_text(reader);
    finding.evidence = get_text(reader);
    finding.excerpt = get_text(reader);
    reader->bad |= finding.code == NULL || finding.message == NULL;
    return finding;
}

static bool read_state(Reader *reader, CheckState *ret)
{
    const char *format = get_text(reader);
    if (!text_equal(format, STATE_FORMAT))
        return false;
    ret->key = get_text(reader);
    ret->stamp = get_text(reader);
    ret->when = get_text(reader);
    ret->sum = get_text(reader);
    ret->files = get_number(reader);
    for (size_t left = get_number(reader); left > 0 && !reader->bad; left--)
        VEC_PUSH(reader->arena, ret->roles, get_text(reader));
    for (size_t left = get_number(reader); left > 0 && !reader->bad; left--)
        VEC_PUSH(reader->arena, ret->findings, get_finding(reader));
    return text_equal(get_text(reader), "end") && !reader->bad && ret->key != NULL &&
           ret->when != NULL && ret->sum != NULL;
}

bool check_state_read(Arena *arena, const char *path, CheckState *ret)
{
    Error ignored = {0};
    Bytes content;
    *ret = (CheckState){0};
    bool read = file_kind(path) == FILE_REGULAR && file_read(arena, path, &content, &ignored);
    error_clear(&ignored);
    if (!read)
        return false;
    Reader reader = {arena, content.data, content.data + content.len, false};
    return read_state(&reader, ret);
}
