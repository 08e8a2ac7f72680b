/* What is the same for all formats: contents, digests, directives, duplicates, order and sum. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/project/digest.h"
#include "dbmig/project/load.h"
#include "dbmig/project/marker.h"
#include "formats_internal.h"

typedef struct FormatText {
    Bytes bytes;
    Bytes *staged; /* the same, where a source gave them: they live as long as the folder */
    bool listed;   /* stands in the sum */
} FormatText;

static char *path_of(const FormatRead *read, const char *name)
{
    return strcmp(read->folder->path, ".") == 0
               ? arena_strdup(read->arena, name)
               : arena_printf(read->arena, "%s/%s", read->folder->path, name);
}

bool format_fail(FormatRead *read, const char *name, size_t line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    error_set(read->err, EXIT_USAGE, "%s", arena_vprintf(read->arena, format, args));
    va_end(args);
    return error_at(read->err, path_of(read, name), line, 0);
}

void format_skip(FormatRead *read, const char *name, const char *why)
{
    VEC_PUSH(read->arena, read->folder->warnings,
             arena_printf(read->arena, "%s: it is not read: %s", path_of(read, name), why));
}

/* ---- contents ---- */

static bool check_text(FormatRead *read, const char *name, const Bytes *text)
{
    Digest digest;

    digest_begin(&digest);
    digest_add(&digest, text->data, text->len);
    digest_end(&digest);
    read->folder->has_carriage_returns |= digest.carriage_returns;
    if (!digest.bad)
        return true;
    format_fail(read, name, digest.bad_line, "%s is not valid UTF-8", path_of(read, name));
    return error_hint(read->err, "Convert it with: iconv -f LATIN1 -t UTF-8 (or what it was written "
                                 "in).");
}

static FormatText *find_text(FormatRead *read, const char *name)
{
    FormatText *text = map_get(read->texts, name);
    const FolderSource *source = read->folder->source;

    if (text != NULL)
        return text;
    text = arena_alloc(read->scratch, sizeof(*text));
    if (source != NULL) {
        text->staged = arena_alloc(read->arena, sizeof(*text->staged));
        if (!source->read(source->context, read->arena, name, text->staged, read->err))
            return NULL;
        text->bytes = *text->staged;
    } else if (!file_read(read->scratch, path_of(read, name), &text->bytes, read->err)) {
        return NULL;
    }
    if (!check_text(read, name, &text->bytes))
        return NULL;
    map_set(read->texts, name, text);
    return text;
}

bool format_text(FormatRead *read, const char *name, Bytes *ret)
{
    FormatText *text = find_text(read, name);

    if (text == NULL)
        return false;
    *ret = text->bytes;
    return true;
}

static void list_file(FormatRead *read, const char *name)
{
    FormatText *text = map_get(read->texts, name);

    if (text->listed)
        return;
    text->listed = true;
    VEC_PUSH(read->arena, read->files, name);
}

void format_uses(FormatRead *read, const char *name)
{
    list_file(read, name);
}

Migration *format_add(FormatRead *read, MigrationKind kind, const char *name, const char *version,
                      const char *description)
{
    char *path = path_of(read, name);
    const FormatText *text = map_get(read->texts, name);
    Migration item = {
        .kind = kind,
        .version = arena_strdup(read->arena, version),
        .description = arena_strdup(read->arena, description),
        .path = path,
        .name = path + strlen(path) - strlen(name),
        .single_underscore = true,
        .staged = text->staged,
        .size = text->bytes.len,
    };

    item.raw_version = item.version;
    VEC_PUSH(read->arena, read->items, item);
    list_file(read, item.name);
    return &read->items.items[read->items.count - 1];
}

void format_add_pair(FormatRead *read, const char *name, const char *version,
                     const char *description, const FormatPair *pair)
{
    Migration *item = format_add(read, MIGRATION_PLAIN, name, version, description);

    item->parts = pair->up.items;
    item->part_count = pair->up.count;
    item->part_only = true;
    item->tx_mode = pair->up_mode;
    if (pair->down.count == 0)
        return;
    item = format_add(read, MIGRATION_UNDO, name, version, description);
    item->parts = pair->down.items;
    item->part_count = pair->down.count;
    item->part_only = true;
    item->tx_mode = pair->down_mode;
}

/* ---- what every migration must be ---- */

static bool check_marks(FormatRead *read, const Migration *item, const Bytes *text)
{
    MarkerScan marks = {.own = read->folder->format};

    marker_scan_add(&marks, text->data, text->len);
    marker_scan_end(&marks);
    if (marks.found == FOLDER_FORMAT_AUTO)
        return true;
    format_fail(read, item->name, marks.line, "marks of %s in a folder that is read as one of %s",
                format_name(marks.found), format_name(read->folder->format));
    error_excerpt(read->err, "%s", text_printable(read->arena, marks.text));
    return error_hint(read->err, "Move the file to a folder of its own kind, or name the folder's "
                                 "format with --dir-format.");
}

static bool check_version(FormatRead *read, const Migration *item)
{
    if (strlen(item->version) <= VERSION_MAX_LENGTH)
        return true;
    format_fail(read, item->name, 0, "the version of %s is longer than %d characters", item->path,
                VERSION_MAX_LENGTH);
    return error_detail(read->err, "The history table could not hold it: its column is varchar(%d).",
                        VERSION_MAX_LENGTH);
}

static void fill_digests(Migration *item, const Bytes *text)
{
    MigrationPart whole = {0, text->len, false};
    const MigrationPart *parts = item->part_only ? item->parts : &whole;
    size_t count = item->part_only ? item->part_count : 1;
    Digest digest;

    digest_begin(&digest);
    for (size_t i = 0; i < count; i++)
        digest_add(&digest, text->data + parts[i].from, parts[i].to - parts[i].from);
    digest_end(&digest);
    sha256_digest(&digest.sha, item->sha256);
    hash_hex(item->sha256, SHA256_SIZE, item->sha256_hex);
    item->checksum = (int32_t)digest.crc_lines;
    item->checksum_raw = (int32_t)digest.crc_raw;
}

/* Directives count from the file's beginning, above the mark of the part, or from the part's. */
static bool read_head(FormatRead *read, Migration *item, const Bytes *text, bool first)
{
    size_t from = first || !item->part_only || item->part_count == 0 ? 0 : item->parts[0].from;
    size_t to = !item->part_only ? text->len : item->part_count == 0 ? 0 : item->parts[0].to;
    TxMode mode = item->tx_mode;
    size_t line = 1;

    for (size_t i = 0; i < from; i++)
        line += text->data[i] == '\n';
    item->tx_mode = TXMODE_DEFAULT;
    if (!load_head(read->arena, read->folder, item, text->data + from, to - from, line, read->err))
        return false;
    if (item->tx_mode == TXMODE_DEFAULT)
        item->tx_mode = mode;
    return true;
}

static bool finish_items(FormatRead *read)
{
    const char *before = NULL;

    for (size_t i = 0; i < read->items.count; i++) {
        Migration *item = &read->items.items[i];
        Bytes text = {0};

        if (!check_version(read, item) || !format_text(read, item->name, &text) ||
            !check_marks(read, item, &text))
            return false;
        fill_digests(item, &text);
        if (!read_head(read, item, &text, before == NULL || strcmp(before, item->name) != 0))
            return false;
        before = item->name;
    }
    return true;
}

/* ---- versions that come twice ---- */

static bool fail_duplicate(FormatRead *read, const Migration *first, const Migration *second)
{
    format_fail(read, second->name, 0, "two files have version %s: %s and %s", first->version,
                first->name, second->name);
    if (strcmp(first->version, second->version) != 0)
        error_detail(read->err, "%s and %s are the same version.", first->version, second->version);
    return error_hint(read->err, "%s knows a migration by its version: give one of them another.",
                      format_name(read->folder->format));
}

static char *version_key(FormatRead *read, const Migration *item, const char *version)
{
    const char *digits = version + strspn(version, "0");

    if (strspn(version, "0123456789") != strlen(version))
        digits = version;
    return arena_printf(read->scratch, "%d %s", item->kind == MIGRATION_UNDO, digits);
}

/* The second file of a version becomes "1.2", behind the first. */
static void tell_apart(FormatRead *read, Map *taken, Migration *item)
{
    char *version = NULL;

    for (size_t n = 2; version == NULL || map_has(taken, version_key(read, item, version)); n++)
        version = arena_printf(read->arena, "%s.%zu", item->raw_version, n);
    item->version = version;
    map_set(taken, version_key(read, item, version), item);
}

static bool check_duplicates(FormatRead *read)
{
    const FormatRow *row = &format_rows[read->folder->format];
    Map *taken = map_new(read->scratch);

    for (size_t i = 0; i < read->items.count; i++) {
        Migration *item = &read->items.items[i];
        char *key = version_key(read, item, item->version);
        const Migration *other = map_get(taken, key);

        if (other == NULL)
            map_set(taken, key, item);
        else if (row->unique)
            return fail_duplicate(read, other, item);
        else
            tell_apart(read, taken, item);
    }
    return true;
}

/* ---- the folder ---- */

static void fill_sum(FormatRead *read)
{
    MigrationFolder *folder = read->folder;
    Map *by_name = map_new(read->scratch);
    Sha256 sum;

    for (size_t i = 0; i < folder->count; i++)
        if (!map_has(by_name, folder->items[i].name))
            map_set(by_name, folder->items[i].name, &folder->items[i]);
    folder->sum = arena_calloc(read->arena, read->files.count + 1, sizeof(SumEntry));
    sha256_begin(&sum);
    for (size_t i = 0; i < read->files.count; i++) {
        SumEntry *entry = &folder->sum[folder->sum_count++];
        const FormatText *text = map_get(read->texts, read->files.items[i]);

        entry->name = arena_strdup(read->arena, read->files.items[i]);
        entry->path = path_of(read, entry->name);
        entry->migration = map_get(by_name, entry->name);
        entry->staged = text->staged;
        sha256_add(&sum, entry->name, strlen(entry->name));
        sha256_add(&sum, text->bytes.data, text->bytes.len);
        sha256_digest(&sum, entry->state);
    }
}

static void fill_folder(FormatRead *read)
{
    MigrationFolder *folder = read->folder;

    folder->items = read->items.items;
    folder->count = read->items.count;
    folder->plain = format_rows[folder->format].text_order;
    folder->run = arena_calloc(read->arena, folder->count + 1, sizeof(void *));
    for (size_t i = 0; i < folder->count; i++)
        if (folder->items[i].kind != MIGRATION_UNDO)
            folder->run[folder->run_count++] = &folder->items[i];
    fill_sum(read);
}

bool format_load(Arena *arena, MigrationFolder *folder, const StringList *names, Error *err)
{
    FormatRead read = {.arena = arena, .scratch = arena_new(), .folder = folder, .names = names,
                       .err = err};
    bool ok;

    read.texts = map_new(read.scratch);
    ok = format_rows[folder->format].read(&read) && check_duplicates(&read) && finish_items(&read);
    if (ok)
        fill_folder(&read);
    arena_free(read.scratch);
    return ok;
}
