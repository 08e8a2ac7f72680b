/*
 * Reads the content of a migrations folder, each file once and in pieces: digests, head directives,
 * script config, and the sum file's running digest, which is possible in the same pass because
 * names alone decide the order.
 */
#include "dbmig/project/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dbmig/base/fault.h"
#include "dbmig/base/text.h"
#include "dbmig/project/digest.h"
#include "dbmig/project/marker.h"
#include "dbmig/project/scriptconf.h"
#include "dbmig/project/walk.h"

#define PIECE_SIZE ((size_t)256 * 1024)

typedef struct Load {
    Arena *arena;
    MigrationFolder *folder;
    const StringList *confs;
    bool *conf_used;
    int folder_fd;
    char *buffer;
    Sha256 sum;
    Error *err;
} Load;

/* One file being read: from the disk, or from bytes that a source gave. */
typedef struct Input {
    const SumEntry *entry;
    int fd;
    uint64_t size;
    uint64_t done;
} Input;

static bool fail_errno(Load *load, const SumEntry *entry)
{
    error_set_errno(load->err, EXIT_USAGE, errno, "could not read %s", entry->path);
    return error_at(load->err, entry->path, 0, 0);
}

static bool open_staged(Load *load, SumEntry *entry, Input *input)
{
    const FolderSource *source = load->folder->source;
    Bytes *bytes = arena_alloc(load->arena, sizeof(*bytes));

    if (!source->read(source->context, load->arena, entry->name, bytes, load->err))
        return false;
    entry->staged = bytes;
    input->size = bytes->len;
    return true;
}

static bool open_input(Load *load, SumEntry *entry, Input *input)
{
    struct stat status;

    *input = (Input){.entry = entry, .fd = -1};
    if (load->folder->source != NULL)
        return open_staged(load, entry, input);
    /* O_NONBLOCK: a pipe put in a file's place must not hang us. */
    input->fd = fault_hit("load open") ? -1
                                       : openat(load->folder_fd, entry->name,
                                                O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (input->fd < 0 || fstat(input->fd, &status) != 0)
        return fail_errno(load, entry);
    if (!S_ISREG(status.st_mode)) {
        error_set(load->err, EXIT_USAGE, "%s is not a regular file", entry->path);
        return error_at(load->err, entry->path, 0, 0);
    }
    input->size = (uint64_t)status.st_size;
    return true;
}

static void close_input(Input *input)
{
    if (input->fd >= 0)
        close(input->fd);
}

/* Fills the buffer unless the file ends; a file of the size it had when opened needs no read more.
 */
static bool read_piece(Load *load, Input *input, Bytes *ret)
{
    size_t len = 0;

    while (len < PIECE_SIZE && (input->size == 0 || input->done < input->size)) {
        ssize_t got = fault_hit("load read")
                          ? (errno = EIO, -1)
                          : read(input->fd, load->buffer + len, PIECE_SIZE - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(load, input->entry);
        if (got == 0)
            break;
        len += (size_t)got;
        input->done += (uint64_t)got;
    }
    *ret = (Bytes){load->buffer, len};
    return true;
}

/* The next piece; its length is 0 at the end. */
static bool next_piece(Load *load, Input *input, Bytes *ret)
{
    if (input->entry->staged == NULL)
        return read_piece(load, input, ret);
    *ret = input->done == 0 ? *input->entry->staged : (Bytes){"", 0};
    input->done = input->size;
    return true;
}

static bool is_last(const Input *input)
{
    return input->size > 0 && input->done >= input->size;
}

/* ---- what a file says about itself ---- */

static void warn(Load *load, const SumEntry *entry, size_t line, const char *text)
{
    VEC_PUSH(load->arena, load->folder->warnings,
             arena_printf(load->arena, "%s:%zu: %s", entry->path, line, text));
}

/* Known from Atlas, and not obeyed: what the file means without it is something else. */
static bool refuse_directive(Load *load, const SumEntry *entry, const Directive *directive)
{
    static const struct {
        const char *name, *hint;
    } unsupported[] = {
        {"checkpoint", "Remove the checkpoint file: the files before it make the same database."},
        {"delimiter", "End each statement with a semicolon, and remove the directive."},
        {"assert", "Move the check into a DO block that raises an exception."},
        {"txtar", "Keep the section migration.sql alone, in a file without section lines."},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(unsupported); i++) {
        if (strcmp(directive->name, unsupported[i].name) != 0)
            continue;
        error_set(load->err, EXIT_USAGE, "the directive %s:%s is not supported",
                  directive->atlas ? "atlas" : "dbmig", directive->name);
        error_hint(load->err, "%s", unsupported[i].hint);
        return error_at(load->err, entry->path, directive->line, 0);
    }
    return true;
}

static void check_directive(Load *load, const SumEntry *entry, const Directive *directive)
{
    static const char *const known[] = {"txmode", "nolint", "sum"};
    const char *nearest;

    if (directive->lookalike) {
        warn(
            load, entry, directive->line,
            arena_printf(load->arena,
                         "\"%s:%s\" inside a comment has no effect: a directive begins its comment "
                         "line",
                         directive->atlas ? "atlas" : "dbmig", directive->name));
        return;
    }
    nearest = text_nearest(directive->name, known, ARRAY_LENGTH(known));
    if (nearest != NULL && strcmp(nearest, directive->name) != 0)
        warn(load, entry, directive->line,
             arena_printf(load->arena, "unknown directive \"%s\": did you mean %s?",
                          directive->name, nearest));
}

static bool read_tx_mode(Load *load, const SumEntry *entry, const Directive *directive, TxMode *ret)
{
    const char *mode = directive->args;

    if (strcmp(mode, "none") == 0) {
        *ret = TXMODE_NONE;
        return true;
    }
    if (strcmp(mode, "file") == 0) {
        *ret = TXMODE_FILE;
        return true;
    }
    if (strcmp(mode, "all") == 0) {
        *ret = TXMODE_ALL;
        return true;
    }
    error_set(load->err, EXIT_USAGE, "unknown txmode \"%s\"", text_printable(load->arena, mode));
    error_hint(load->err, "Known are none, file and all.");
    return error_at(load->err, entry->path, directive->line, 0);
}

static bool read_directives(Load *load, const SumEntry *entry, Migration *item, const Bytes *piece,
                            size_t line)
{
    directive_read_head(load->arena, piece->data, piece->len, &item->directives);
    for (size_t i = 0; i < item->directives.count; i++) {
        Directive *directive = &item->directives.items[i];

        directive->line += line - 1;
        if (!directive->lookalike && !refuse_directive(load, entry, directive))
            return false;
        check_directive(load, entry, directive);
        if (directive->lookalike || item->tx_mode != TXMODE_DEFAULT ||
            strcmp(directive->name, "txmode") != 0)
            continue;
        if (!read_tx_mode(load, entry, directive, &item->tx_mode))
            return false;
    }
    return true;
}

bool load_head(Arena *arena, MigrationFolder *folder, Migration *item, const char *text, size_t len,
               size_t line, Error *err)
{
    Load load = {.arena = arena, .folder = folder, .err = err};
    SumEntry entry = {.name = item->name, .path = item->path};
    Bytes piece = {text, len};

    return read_directives(&load, &entry, item, &piece, line);
}

static bool read_head(Load *load, const SumEntry *entry, Migration *item, const Bytes *piece)
{
    item->sum_ignored = directive_sum_ignored(piece->data, piece->len);
    return read_directives(load, entry, item, piece, 1);
}

static bool apply_conf(Load *load, const SumEntry *entry, Migration *item, const Bytes *text)
{
    ScriptConf conf = {0};
    TxMode mode;

    if (!scriptconf_parse(load->arena, entry->path, text->data, text->len, &conf, load->err))
        return false;
    item->placeholder_replacement_off = conf.placeholder_replacement == SCRIPT_FALSE;
    if (conf.execute_in_transaction == SCRIPT_UNSET)
        return true;
    mode = conf.execute_in_transaction == SCRIPT_TRUE ? TXMODE_FILE : TXMODE_NONE;
    if (item->tx_mode != TXMODE_DEFAULT &&
        (item->tx_mode == TXMODE_NONE) != (mode == TXMODE_NONE)) {
        error_set(load->err, EXIT_USAGE,
                  "executeInTransaction contradicts the txmode directive in %s", item->path);
        return error_at(load->err, entry->path, 0, 0);
    }
    if (item->tx_mode == TXMODE_DEFAULT)
        item->tx_mode = mode;
    return true;
}

/* ---- one file ---- */

static bool fail_encoding(Load *load, const SumEntry *entry, const Digest *digest,
                          const char *first_bytes)
{
    error_set(load->err, EXIT_USAGE, "%s is not valid UTF-8", entry->path);
    if (memcmp(first_bytes, "\xff\xfe", 2) == 0 || memcmp(first_bytes, "\xfe\xff", 2) == 0)
        error_hint(load->err, "It looks like UTF-16. Convert it with: iconv -f UTF-16 -t UTF-8");
    else
        error_hint(load->err, "Convert it with: iconv -f LATIN1 -t UTF-8 (or what it was written "
                              "in).");
    return error_at(load->err, entry->path, digest->bad_line, digest->bad_column);
}

static void fill_digests(Migration *item, const Digest *digest)
{
    item->size = digest->size;
    sha256_digest(&digest->sha, item->sha256);
    hash_hex(item->sha256, SHA256_SIZE, item->sha256_hex);
    item->checksum = (int32_t)digest->crc_lines;
    item->checksum_raw = (int32_t)digest->crc_raw;
}

/* What the first piece of an entry says, before it is hashed. */
static bool begin_entry(Load *load, SumEntry *entry, Migration *item, const Bytes *first)
{
    if (item != NULL) {
        if (!read_head(load, entry, item, first))
            return false;
        item->staged = entry->staged;
        entry->ignored = item->sum_ignored;
    }
    sha256_add(&load->sum, entry->name, strlen(entry->name));
    return true;
}

/* Run as it stands, the file would do its up part and take it back by its down part. */
static bool fail_marker(Load *load, const SumEntry *entry, const MarkerScan *marks)
{
    error_set(load->err, EXIT_USAGE, "%s is divided by marks of %s, in a folder that is not read so",
              entry->path, format_name(marks->found));
    error_excerpt(load->err, "%s", text_printable(load->arena, marks->text));
    error_detail(load->err, "Run as it stands, it would do and undo its work, and count as applied.");
    if (format_readable(marks->found))
        error_hint(load->err, "If the folder is %s's, pass --dir-format %s.",
                   format_name(marks->found), format_name(marks->found));
    else
        error_hint(load->err, "Keep only the part that migrates up, in a file without the mark. Do "
                              "not change the folder that %s still reads: copy it.",
                   format_name(marks->found));
    return error_at(load->err, entry->path, marks->line, 0);
}

static bool read_pieces(Load *load, SumEntry *entry, Migration *item, Input *input, Digest *digest)
{
    char first_bytes[2] = {0};
    Bytes piece = {"", 0};
    MarkerScan marks = {0};

    if (!next_piece(load, input, &piece) || !begin_entry(load, entry, item, &piece))
        return false;
    memcpy(first_bytes, piece.data, piece.len < 2 ? piece.len : 2);
    while (piece.len > 0) {
        digest_add(digest, piece.data, piece.len);
        marker_scan_add(&marks, piece.data, piece.len);
        if (!entry->ignored)
            sha256_add(&load->sum, piece.data, piece.len);
        if (is_last(input))
            break;
        if (!next_piece(load, input, &piece))
            return false;
    }
    digest_end(digest);
    marker_scan_end(&marks);
    if (digest->bad)
        return fail_encoding(load, entry, digest, first_bytes);
    return marks.found == FOLDER_FORMAT_AUTO || fail_marker(load, entry, &marks);
}

/* item is NULL for a script config. */
static bool load_entry(Load *load, SumEntry *entry, Migration *item)
{
    Input input;
    Digest digest;
    bool ok;

    digest_begin(&digest);
    ok = open_input(load, entry, &input) && read_pieces(load, entry, item, &input, &digest);
    close_input(&input);
    if (!ok)
        return false;
    if (digest.carriage_returns)
        load->folder->has_carriage_returns = true;
    if (!entry->ignored)
        sha256_digest(&load->sum, entry->state);
    if (item != NULL)
        fill_digests(item, &digest);
    return true;
}

static SumEntry *new_entry(Load *load, const char *name, const char *path, const Migration *item)
{
    SumEntry *entry = &load->folder->sum[load->folder->sum_count++];

    *entry = (SumEntry){.name = name, .path = path, .migration = item};
    return entry;
}

/* ---- script configs ---- */

static int compare_to_name(const void *key, const void *element)
{
    return walk_compare(key, *(const char *const *)element);
}

/* A config is read whole: it was hashed in pieces above, and is read again as text. */
static bool read_conf_text(Load *load, const SumEntry *entry, Bytes *ret)
{
    if (entry->staged != NULL) {
        *ret = *entry->staged;
        return true;
    }
    return file_read(load->arena, entry->path, ret, load->err);
}

static bool load_conf(Load *load, Migration *item)
{
    const char *name, *const *found;
    SumEntry *entry;
    Bytes text = {0};

    if (load->confs->count == 0)
        return true;
    name = arena_printf(load->arena, "%s.conf", item->name);
    found = bsearch(name, load->confs->items, load->confs->count, sizeof(const char *),
                    compare_to_name);
    if (found == NULL)
        return true;
    load->conf_used[found - (const char *const *)load->confs->items] = true;
    entry = new_entry(load, name, arena_printf(load->arena, "%s.conf", item->path), NULL);
    return load_entry(load, entry, NULL) && read_conf_text(load, entry, &text) &&
           apply_conf(load, entry, item, &text);
}

static void warn_unused_confs(Load *load)
{
    for (size_t i = 0; i < load->confs->count; i++)
        if (!load->conf_used[i])
            VEC_PUSH(load->arena, load->folder->warnings,
                     arena_printf(load->arena, "%s/%s: there is no such migration to configure",
                                  load->folder->path, load->confs->items[i]));
}

static bool load_all(Load *load)
{
    MigrationFolder *folder = load->folder;

    for (size_t i = 0; i < folder->count; i++) {
        Migration *item = &folder->items[i];

        if (!load_entry(load, new_entry(load, item->name, item->path, item), item) ||
            !load_conf(load, item))
            return false;
    }
    warn_unused_confs(load);
    return true;
}

bool load_contents(Arena *arena, MigrationFolder *folder, const StringList *confs, int folder_fd,
                   Error *err)
{
    Load load = {
        .arena = arena, .folder = folder, .confs = confs, .folder_fd = folder_fd, .err = err};
    Arena *scratch = arena_new();
    bool ok;

    load.buffer = arena_alloc(scratch, PIECE_SIZE);
    load.conf_used = arena_calloc(scratch, confs->count + 1, sizeof(bool));
    folder->sum = arena_calloc(arena, folder->count + confs->count + 1, sizeof(SumEntry));
    folder->sum_count = 0;
    sha256_begin(&load.sum);
    ok = load_all(&load);
    arena_free(scratch);
    return ok;
}
