/*
 * Folder against history: the state of every migration, and what is refused because of it. Reads no
 * database and decides nothing about how a file runs.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/apply.h"
#include "apply_internal.h"

/* What the history says of one version or repeatable, the last word counting. */
typedef struct Known {
    const HistoryRow *row; /* NULL: deleted or undone */
    bool has_file;
} Known;

typedef struct Compare {
    Arena *arena;
    const MigrationFolder *folder;
    const ApplyOptions *options;
    const Placeholders *placeholders;
    ApplyComparison *result;
    Map *known;               /* by key_of_row() */
    VEC(Known *) in_order;    /* the same, in the history's order */
    const char *newest_file;  /* version, NULL without versioned files */
    size_t newest_index;      /* of the newest applied file in run, + 1; 0 none */
    const char *applied_baseline; /* version of the B file that was applied, or NULL */
} Compare;

const char *apply_state_name(MigrationState state)
{
    static const char *const names[] = {
        [STATE_APPLIED] = "applied",   [STATE_PENDING] = "pending",
        [STATE_OUT_OF_ORDER] = "out of order", [STATE_FAILED] = "failed",
        [STATE_CHANGED] = "changed",   [STATE_OUTDATED] = "outdated",
        [STATE_MISSING] = "missing",   [STATE_FUTURE] = "future",
        [STATE_BASELINE] = "baseline", [STATE_IGNORED] = "ignored",
        [STATE_SQUASHED] = "squashed",
    };
    return names[state];
}

/* The version with what does not count taken off: 001.0 and 1 give the same text. */
char *apply_version_key(Arena *arena, const char *version)
{
    if (!version_valid(version))
        return arena_printf(arena, "?%s", version);
    size_t len = strlen(version), used = 0, kept = 0;
    char *key = arena_alloc(arena, len + 2);
    for (size_t at = 0; at < len;) {
        size_t part = at + strcspn(version + at, "._");
        while (at + 1 < part && version[at] == '0')
            at++;
        if (used > 0)
            key[used++] = '.';
        bool zero = part - at == 1 && version[at] == '0';
        memcpy(key + used, version + at, part - at);
        used += part - at;
        if (!zero)
            kept = used;
        at = part + 1;
    }
    key[kept > 0 ? kept : 1] = '\0';
    return key;
}

static char *key_of(Arena *arena, const char *version, const char *description)
{
    return version != NULL ? apply_version_key(arena, version)
                           : arena_printf(arena, "R%s", description);
}

static char *key_of_migration(Arena *arena, const Migration *migration)
{
    if (migration->version != NULL)
        return apply_version_key(arena, migration->version);
    return key_of(arena, NULL, history_description(arena, migration->description));
}

static bool is_type(const HistoryRow *row, const char *type)
{
    return strcmp(row->type, type) == 0;
}

static void higher(const char **version, const char *candidate)
{
    if (candidate != NULL && (*version == NULL || version_compare(candidate, *version) > 0))
        *version = candidate;
}

static Known *known_for(Compare *compare, const HistoryRow *row)
{
    char *key = key_of(compare->arena, row->version, row->description);
    Known *known = map_get(compare->known, key);
    if (known == NULL) {
        known = arena_alloc(compare->arena, sizeof(*known));
        map_set(compare->known, key, known);
        VEC_PUSH(compare->arena, compare->in_order, known);
    }
    return known;
}

static void take_row(Compare *compare, const HistoryRow *row)
{
    if (is_type(row, "SCHEMA"))
        return;
    if (is_type(row, "BASELINE")) {
        higher(&compare->result->baseline, row->version);
        return;
    }
    Known *known = known_for(compare, row);
    if (is_type(row, "DELETE") || (text_starts(row->type, "UNDO") && row->success)) {
        known->row = NULL;
        return;
    }
    if (text_starts(row->type, "UNDO"))
        return; /* a failed undo changes nothing that could be told here */
    if (text_ends(row->type, "_BASELINE")) {
        higher(&compare->result->baseline, row->version);
        higher(&compare->applied_baseline, row->version);
    }
    known->row = row;
}

static void take_history(Compare *compare, const History *history)
{
    for (size_t i = 0; i < history->rows.count; i++)
        take_row(compare, &history->rows.items[i]);
    ApplyComparison *result = compare->result;
    for (size_t i = 0; i < compare->in_order.count; i++) {
        const HistoryRow *row = compare->in_order.items[i]->row;
        if (row != NULL && row->success)
            higher(&result->current, row->version);
    }
    higher(&result->current, result->baseline);
}

static Known *known_of(const Compare *compare, const Migration *migration)
{
    return map_get(compare->known, key_of_migration(compare->arena, migration));
}

static void find_newest(Compare *compare)
{
    const MigrationFolder *folder = compare->folder;
    for (size_t i = 0; i < folder->run_count; i++) {
        const Migration *migration = folder->run[i];
        higher(&compare->newest_file, migration->version);
        if (migration == folder->base)
            continue;
        const Known *known = known_of(compare, migration);
        if (migration->version != NULL && known != NULL && known->row != NULL &&
            known->row->success)
            compare->newest_index = i + 1;
    }
}

/* The file is what was applied: by SHA-256 where the row has it, else by Flyway's CRC, which old rows
   have over the raw bytes. Content that the sum file ignores may change. */
static bool same_content(const Migration *migration, const HistoryRow *row)
{
    if (migration->sum_ignored)
        return true;
    if (row->sha256 != NULL && row->sha256[0] != '\0')
        return strcmp(row->sha256, migration->sha256_hex) == 0;
    return !row->has_checksum || row->checksum == migration->checksum ||
           row->checksum == migration->checksum_raw;
}

static bool repeatable_state(const Compare *compare, const Migration *migration,
                             const HistoryRow *row, MigrationState *ret, Error *err)
{
    int32_t checksum = 0;
    if (row == NULL) {
        *ret = STATE_PENDING;
        return true;
    }
    if (!row->success) {
        *ret = STATE_FAILED;
        return true;
    }
    if (!placeholder_checksum(migration, compare->placeholders, &checksum, err))
        return false;
    bool same = row->has_checksum && (row->checksum == checksum ||
                                      (compare->placeholders == NULL &&
                                       row->checksum == migration->checksum_raw));
    *ret = same ? STATE_APPLIED : STATE_OUTDATED;
    return true;
}

static MigrationState versioned_state(const Compare *compare, const Migration *migration,
                                      const HistoryRow *row, size_t index)
{
    const ApplyComparison *result = compare->result;
    const char *to = compare->options->to_version;
    if (row != NULL && !row->success)
        return STATE_FAILED;
    if (row != NULL)
        return text_ends(row->type, "_BASELINE") || same_content(migration, row) ? STATE_APPLIED
                                                                                 : STATE_CHANGED;
    if (result->baseline != NULL && version_compare(migration->version, result->baseline) <= 0)
        return STATE_BASELINE;
    if (to != NULL && version_compare(migration->version, to) > 0)
        return STATE_IGNORED;
    if (index + 1 < compare->newest_index ||
        (!compare->folder->plain && result->current != NULL &&
         version_compare(migration->version, result->current) < 0))
        return STATE_OUT_OF_ORDER;
    return STATE_PENDING;
}

static int by_version(const void *a, const void *b)
{
    const HistoryRow *left = *(const HistoryRow *const *)a, *right = *(const HistoryRow *const *)b;
    int order = version_compare(left->version, right->version);
    return order != 0 ? order : left->rank - right->rank;
}

typedef struct Orphans {
    const HistoryRow **rows; /* versioned first, by version; then repeatables */
    size_t versioned, count, next;
} Orphans;

static Orphans find_orphans(const Compare *compare)
{
    Orphans orphans = {0};
    orphans.rows = arena_calloc(compare->arena, compare->in_order.count + 1, sizeof(*orphans.rows));
    for (int repeatable = 0; repeatable < 2; repeatable++) {
        for (size_t i = 0; i < compare->in_order.count; i++) {
            const Known *known = compare->in_order.items[i];
            if (known->row != NULL && !known->has_file &&
                (known->row->version == NULL) == (repeatable == 1))
                orphans.rows[orphans.count++] = known->row;
        }
        if (repeatable == 0)
            orphans.versioned = orphans.count;
    }
    qsort(orphans.rows, orphans.versioned, sizeof(*orphans.rows), by_version);
    return orphans;
}

static void push(Compare *compare, MigrationState state, const Migration *migration,
                 const HistoryRow *row)
{
    VEC_PUSH(compare->arena, compare->result->list,
             (MigrationStatus){.state = state, .migration = migration, .row = row});
}

/* Its file is gone with all others up to the base, which a database at or above it need not have. */
static bool is_squashed(const Compare *compare, const HistoryRow *row)
{
    const Migration *base = compare->folder->base;
    return base != NULL && version_compare(row->version, base->version) <= 0;
}

/* Rows without a file that come before `version`; all versioned ones for NULL. */
static void push_orphans(Compare *compare, Orphans *orphans, const char *version)
{
    for (; orphans->next < orphans->versioned; orphans->next++) {
        const HistoryRow *row = orphans->rows[orphans->next];
        if (version != NULL && version_compare(row->version, version) >= 0)
            return;
        bool future = compare->newest_file == NULL ||
                      version_compare(row->version, compare->newest_file) > 0;
        push(compare, future ? STATE_FUTURE : is_squashed(compare, row) ? STATE_SQUASHED : STATE_MISSING,
             NULL, row);
    }
}

static bool push_files(Compare *compare, Orphans *orphans, Error *err)
{
    const MigrationFolder *folder = compare->folder;
    for (size_t i = 0; i < folder->run_count; i++) {
        const Migration *migration = folder->run[i];
        if (migration == folder->base)
            continue;
        const Known *known = known_of(compare, migration);
        const HistoryRow *row = known != NULL ? known->row : NULL;
        MigrationState state;
        push_orphans(compare, orphans, migration->version);
        if (migration->version != NULL)
            state = versioned_state(compare, migration, row, i);
        else if (!repeatable_state(compare, migration, row, &state, err))
            return false;
        push(compare, state, migration, row);
    }
    push_orphans(compare, orphans, NULL);
    for (size_t i = orphans->versioned; i < orphans->count; i++)
        push(compare, STATE_MISSING, NULL, orphans->rows[i]);
    return true;
}

/* B files run on a database with nothing applied alone: the highest within --to. */
static const Migration *choose_baseline_file(const Compare *compare)
{
    const MigrationFolder *folder = compare->folder;
    const char *to = compare->options->to_version;
    const Migration *best = NULL;
    bool empty = compare->in_order.count == 0 && compare->result->baseline == NULL;
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *migration = &folder->items[i];
        if (migration->kind != MIGRATION_BASELINE)
            continue;
        bool applied = compare->applied_baseline != NULL &&
                       version_compare(migration->version, compare->applied_baseline) == 0;
        if (applied)
            return migration;
        if (empty && (to == NULL || version_compare(migration->version, to) <= 0) &&
            (best == NULL || version_compare(migration->version, best->version) > 0))
            best = migration;
    }
    return best;
}

static bool check_versions(const Compare *compare, Error *err)
{
    const ApplyOptions *options = compare->options;
    const char *to = options->to_version;
    if (options->baseline != NULL && !compare->folder->plain && !version_valid(options->baseline))
        return error_set(err, EXIT_USAGE, "--baseline %s is not a valid version", options->baseline);
    if (to == NULL || migration_find(compare->folder, to) != NULL)
        return true;
    const Known *known = map_get(compare->known, apply_version_key(compare->arena, to));
    if ((known != NULL && known->row != NULL) ||
        (compare->result->baseline != NULL && version_compare(to, compare->result->baseline) == 0))
        return true;
    error_set(err, EXIT_USAGE, "there is no migration of version %s", to);
    return error_hint(err, "`dbmig status` lists the versions.");
}

/* The B file stands first in the list. Its row is not taken for that of a V file of its version. */
static void push_baseline_file(Compare *compare)
{
    const Migration *file = choose_baseline_file(compare);
    if (file == NULL)
        return;
    Known *known = known_of(compare, file);
    if (known != NULL && known->row != NULL && text_ends(known->row->type, "_BASELINE")) {
        push(compare, !known->row->success          ? STATE_FAILED
                      : same_content(file, known->row) ? STATE_APPLIED
                                                       : STATE_CHANGED,
             file, known->row);
        known->has_file = true;
        known->row = NULL;
        return;
    }
    push(compare, STATE_PENDING, file, NULL);
    compare->result->baseline = file->version;
}

/* An empty database starts with the base; any other must be there already. */
static void find_below_base(const Compare *compare)
{
    ApplyComparison *result = compare->result;
    const Migration *base = compare->folder->base;
    bool empty = compare->in_order.count == 0 && result->baseline == NULL;
    if (base != NULL && !empty &&
        (result->current == NULL || version_compare(result->current, base->version) < 0))
        result->below_base = base;
}

bool apply_compare(Arena *arena, const MigrationFolder *folder, const History *history,
                   const ApplyOptions *options, const Placeholders *placeholders,
                   ApplyComparison *ret, Error *err)
{
    *ret = (ApplyComparison){0};
    Compare compare = {.arena = arena, .folder = folder, .options = options,
                       .placeholders = placeholders, .result = ret, .known = map_new(arena)};
    take_history(&compare, history);
    if (options->baseline != NULL && compare.in_order.count == 0 && ret->baseline == NULL) {
        ret->baseline = options->baseline;
        ret->current = options->baseline;
        ret->write_baseline = true;
    }
    if (!check_versions(&compare, err))
        return false;
    find_newest(&compare);
    find_below_base(&compare);
    push_baseline_file(&compare);
    for (size_t i = 0; i < folder->run_count; i++) {
        Known *known = folder->run[i] == folder->base ? NULL : known_of(&compare, folder->run[i]);
        if (known != NULL)
            known->has_file = true;
    }
    Orphans orphans = find_orphans(&compare);
    return push_files(&compare, &orphans, err);
}
