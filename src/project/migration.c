/*
 * The migrations folder: names, kinds, order, duplicates. Contents are load.c's, the disk is
 * walk.c's.
 *
 * The sum's order puts U and B files, which Atlas leaves out, behind the V file of their version: a
 * new version then changes no entry before it, and folders of V and R files have Atlas's bytes. So
 * have plain folders, except for hidden files and a suffix in capitals: Atlas hashes .x.sql there
 * and overlooks x.SQL, dbmig does the opposite in every folder.
 */
#include "dbmig/project/migration.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/text.h"
#include "dbmig/project/digest.h"
#include "dbmig/project/formats.h"
#include "dbmig/project/load.h"
#include "dbmig/project/walk.h"

typedef struct Names {
    StringList all;     /* that may matter to some format, in walk order */
    StringList scripts; /* *.sql, in walk order */
    StringList confs;   /* *.sql.conf, in walk order */
} Names;

/* ---- the folder's own path ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void decode_percent(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        int high = *from == '%' ? hex_value(from[1]) : -1;
        int low = high >= 0 ? hex_value(from[2]) : -1;

        if (low >= 0 && (high | low) != 0) {
            *to++ = (char)(high << 4 | low);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

char *migration_folder_path(Arena *arena, const char *dir)
{
    bool url = text_starts(dir, "file://");
    const char *start = url ? dir + strlen("file://") : dir;
    size_t len = url ? strcspn(start, "?#") : strlen(start);
    char *path = arena_strndup(arena, start, len);

    if (url)
        decode_percent(path);
    len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        path[--len] = '\0';
    return len == 0 ? arena_strdup(arena, ".") : path;
}

/* The value of format= in the query, or NULL. */
static char *asked_format(Arena *arena, const char *dir)
{
    const char *at = text_starts(dir, "file://") ? strchr(dir, '?') : NULL;

    for (; at != NULL && *at != '#' && *at != '\0'; at = strpbrk(at + 1, "&#"))
        if (text_starts(at + 1, "format=")) {
            const char *value = at + 1 + strlen("format=");

            return arena_strndup(arena, value, strcspn(value, "&#"));
        }
    return NULL;
}

bool migration_folder_format(const char *dir, FolderFormat *ret, Error *err)
{
    Arena *scratch = arena_new();
    const char *name = asked_format(scratch, dir);
    bool ok = true;

    *ret = FOLDER_FORMAT_AUTO;
    if (name != NULL)
        ok = format_find(name, ret, err);
    arena_free(scratch);
    return ok;
}

static char *path_in(Arena *arena, const MigrationFolder *folder, const char *name)
{
    if (strcmp(folder->path, ".") == 0)
        return arena_strdup(arena, name);
    return arena_printf(arena, "%s/%s", folder->path, name);
}

/* ---- names ---- */

static int compare_walk(const void *a, const void *b)
{
    return walk_compare(*(const char *const *)a, *(const char *const *)b);
}

static void sort_names(StringList *names)
{
    if (names->count > 1)
        qsort(names->items, names->count, sizeof(*names->items), compare_walk);
}

static void take_names(Arena *arena, const StringList *all, Names *names)
{
    for (size_t i = 0; i < all->count; i++) {
        const char *name = all->items[i];
        size_t len = strlen(name);

        if (walk_hidden(name) || !walk_listed(name))
            continue;
        VEC_PUSH(arena, names->all, name);
        if (!walk_wanted(name))
            continue;
        if (text_equal_nocase(name + len - 4, ".sql"))
            VEC_PUSH(arena, names->scripts, name);
        else
            VEC_PUSH(arena, names->confs, name);
    }
    sort_names(&names->all);
    sort_names(&names->scripts);
    sort_names(&names->confs);
}

/* The name ends up in line-based sum files and as text in the database. */
static bool check_characters(Arena *arena, const MigrationFolder *folder, const char *name,
                             Error *err)
{
    size_t len = strlen(name);
    bool control = false;

    for (size_t i = 0; i < len; i++)
        control = control || (unsigned char)name[i] < 0x20 || name[i] == 0x7f;
    if (!control && text_utf8_bad(name, len) == len)
        return true;
    error_set(err, EXIT_USAGE, "the name of \"%s\" %s",
              text_printable(arena, path_in(arena, folder, name)),
              control ? "contains a control character" : "is not valid UTF-8");
    return error_hint(err, "Rename the file.");
}

static bool fail_misnamed(Arena *arena, const MigrationFolder *folder, const char *name,
                          const char *reason, Error *err)
{
    const char *path = path_in(arena, folder, name);

    error_set(err, EXIT_USAGE, "%s is not named like a migration: %s", path, reason);
    error_hint(err, "Name it %s, or move it out of the migrations folder.",
               version_suggest_name(arena, file_name_of(name)));
    return error_at(err, path, 0, 0);
}

static bool check_version(Arena *arena, const MigrationFolder *folder, const char *name,
                          const char *version, Error *err)
{
    const char *path;

    if (version == NULL || strlen(version) <= VERSION_MAX_LENGTH)
        return true;
    path = path_in(arena, folder, name);
    error_set(err, EXIT_USAGE, "the version of %s is longer than %d characters", path,
              VERSION_MAX_LENGTH);
    error_detail(err, "The history table could not hold it: its column is varchar(%d).",
                 VERSION_MAX_LENGTH);
    return error_at(err, path, 0, 0);
}

static void warn(Arena *arena, MigrationFolder *folder, const char *name, const char *text)
{
    VEC_PUSH(arena, folder->warnings,
             arena_printf(arena, "%s: %s", path_in(arena, folder, name), text));
}

static NameVerdict parse(Arena *arena, const MigrationFolder *folder, const char *name,
                         MigrationName *ret, const char **ret_reason)
{
    const char *base = file_name_of(name);
    NameVerdict verdict = version_parse_name(arena, base, folder->plain, ret, ret_reason);
    MigrationName prefixed;
    const char *reason;

    /* A folder of V files that is read as a plain one because the format says so. */
    if (folder->plain && verdict == NAME_MISNAMED &&
        version_parse_name(arena, base, false, &prefixed, &reason) == NAME_MIGRATION) {
        *ret = prefixed;
        *ret_reason = reason;
        return NAME_MIGRATION;
    }
    return verdict;
}

static bool has_flyway_name(const Names *names)
{
    Arena *scratch = arena_new();
    bool found = false;

    for (size_t i = 0; i < names->scripts.count && !found; i++) {
        const char *base = file_name_of(names->scripts.items[i]);
        MigrationName parsed;
        const char *reason;
        NameVerdict verdict = version_parse_name(scratch, base, false, &parsed, &reason);

        found = verdict == NAME_MIGRATION || verdict == NAME_CALLBACK;
    }
    arena_free(scratch);
    return found;
}

static void fill_item(Arena *arena, const MigrationFolder *folder, const char *name,
                      const MigrationName *parsed, Migration *item)
{
    char *path = path_in(arena, folder, name);

    *item = (Migration){
        .kind = parsed->kind,
        .version = parsed->version,
        .raw_version = parsed->raw_version,
        .description = parsed->description,
        .path = path,
        .name = path + strlen(path) - strlen(name),
        .single_underscore = parsed->single_underscore,
    };
}

/* A plain name that would run as a migration, and takes one back. */
static bool fail_down(Arena *arena, const MigrationFolder *folder, const char *name, Error *err)
{
    const char *path = path_in(arena, folder, name);

    error_set(err, EXIT_USAGE, "%s takes a migration back", path);
    error_detail(err, "Names that end in .up.sql and .down.sql are golang-migrate's and sqlx's.");
    error_hint(err, "Rename N_x.up.sql to VN__x.sql and N_x.down.sql to UN__x.sql, and run: dbmig hash");
    return error_at(err, path, 0, 0);
}

static bool add_item(Arena *arena, MigrationFolder *folder, const char *name, Error *err)
{
    MigrationName parsed;
    const char *reason;

    if (!check_characters(arena, folder, name, err))
        return false;
    switch (parse(arena, folder, name, &parsed, &reason)) {
    case NAME_MISNAMED:
        return fail_misnamed(arena, folder, name, reason, err);
    case NAME_CALLBACK:
        VEC_PUSH(arena, folder->callbacks, name);
        warn(arena, folder, name, "it is a Flyway callback, which dbmig does not run");
        return true;
    case NAME_OTHER:
        return true;
    case NAME_MIGRATION:
        break;
    }
    if (parsed.kind == MIGRATION_PLAIN && text_ends(name, ".down.sql"))
        return fail_down(arena, folder, name, err);
    if (reason != NULL)
        warn(arena, folder, name, reason);
    if (!check_version(arena, folder, name, parsed.version, err))
        return false;
    fill_item(arena, folder, name, &parsed, &folder->items[folder->count++]);
    return true;
}

/* Atlas does not look into the folders of a plain one; that must not go unsaid. */
static void warn_of_nested(Arena *arena, MigrationFolder *folder, const char *name, size_t count)
{
    if (count > 0)
        warn(arena, folder, name,
             count == 1 ? "it is not read: a plain migrations folder has no folders in it"
                        : arena_printf(arena,
                                       "it and %zu more are not read: a plain migrations folder "
                                       "has no folders in it",
                                       count - 1));
}

static bool has_file_named(const Names *names, const char *ending)
{
    for (size_t i = 0; i < names->scripts.count; i++)
        if (text_ends(names->scripts.items[i], ending))
            return true;
    return false;
}

/* Whose folders within a folder these are; NULL when it is not known. */
static const char *nested_layout(const Names *names)
{
    if (has_file_named(names, "/migration.sql"))
        return "Prisma";
    if (has_file_named(names, "/up.sql"))
        return "diesel";
    for (size_t i = 0; i < names->scripts.count; i++)
        if (text_starts(names->scripts.items[i], "deploy/"))
            return "sqitch";
    return NULL;
}

/* Nothing would run, and the folder is not empty: a wrong --dir must not pass for a clean one. */
static bool fail_nested(Arena *arena, const MigrationFolder *folder, const char *nested,
                        const Names *names, Error *err)
{
    const char *layout = nested_layout(names);
    const char *path = path_in(arena, folder, nested);

    if (layout != NULL)
        error_set(err, EXIT_USAGE, "%s has %s's layout, and is not read so", folder->path, layout);
    else
        error_set(err, EXIT_USAGE, "%s has no migrations, only folders with SQL files in them",
                  folder->path);
    error_detail(err, "No file lies in the folder itself, and %zu in folders within it, like %s.",
                 names->scripts.count, path);
    if (layout != NULL)
        error_hint(err, "Name the format with --dir-format, and the folder that the tool itself is "
                        "pointed at with --dir.");
    else
        error_hint(err, "Name the folder that has the migrations with --dir, or name the files "
                        "V<version>__<description>.sql: such a folder is read with the folders in it.");
    return error_at(err, path, 0, 0);
}

static bool add_items(Arena *arena, MigrationFolder *folder, const Names *names, Error *err)
{
    const char *nested = NULL;
    size_t nested_count = 0;

    folder->items = arena_calloc(arena, names->scripts.count + 1, sizeof(Migration));
    for (size_t i = 0; i < names->scripts.count; i++) {
        const char *name = names->scripts.items[i];

        if (folder->plain && strchr(name, '/') != NULL) {
            nested = nested == NULL ? name : nested;
            nested_count++;
            continue;
        }
        if (!add_item(arena, folder, name, err))
            return false;
    }
    if (nested_count > 0 && folder->count == 0)
        return fail_nested(arena, folder, nested, names, err);
    warn_of_nested(arena, folder, nested, nested_count);
    return true;
}

/* ---- order ---- */

static int kind_rank(MigrationKind kind)
{
    switch (kind) {
    case MIGRATION_VERSIONED:
    case MIGRATION_PLAIN:
        return 0;
    case MIGRATION_UNDO:
        return 1;
    case MIGRATION_BASELINE:
        return 2;
    case MIGRATION_REPEATABLE:
        return 3;
    }
    return 3;
}

static int compare_items(const void *a, const void *b)
{
    const Migration *left = a, *right = b;
    int order;

    if (left->version == NULL || right->version == NULL) {
        if (left->version == right->version)
            return walk_compare(left->name, right->name);
        return left->version == NULL ? 1 : -1;
    }
    order = version_compare(left->version, right->version);
    if (order == 0)
        order = kind_rank(left->kind) - kind_rank(right->kind);
    return order != 0 ? order : walk_compare(left->name, right->name);
}

static int compare_names(const void *a, const void *b)
{
    const Migration *left = a, *right = b;

    return strcmp(left->name, right->name);
}

/* Repeatables by description, everything else as compare_items(). */
static int compare_identity(const void *a, const void *b)
{
    const Migration *left = *(const Migration *const *)a, *right = *(const Migration *const *)b;

    if (left->version == NULL && right->version == NULL) {
        int order = strcmp(left->description, right->description);

        return order != 0 ? order : walk_compare(left->name, right->name);
    }
    return compare_items(left, right);
}

static const Migration **by_identity(Arena *arena, const MigrationFolder *folder)
{
    const Migration **sorted = arena_calloc(arena, folder->count + 1, sizeof(void *));

    for (size_t i = 0; i < folder->count; i++)
        sorted[i] = &folder->items[i];
    if (folder->count > 1)
        qsort(sorted, folder->count, sizeof(void *), compare_identity);
    return sorted;
}

/* ---- duplicates and other doubts ---- */

static bool same_identity(const Migration *a, const Migration *b)
{
    if (kind_rank(a->kind) != kind_rank(b->kind))
        return false;
    if (a->version == NULL)
        return strcmp(a->description, b->description) == 0;
    return version_compare(a->version, b->version) == 0;
}

static char *next_version(Arena *arena, const MigrationFolder *folder, const char *now)
{
    const char **versions = arena_calloc(arena, folder->count + 1, sizeof(*versions));
    size_t count = 0;

    for (size_t i = 0; i < folder->count; i++)
        if (folder->items[i].raw_version != NULL)
            versions[count++] = folder->items[i].raw_version;
    return version_next(arena, versions, count, now);
}

static bool fail_duplicate(Arena *arena, const MigrationFolder *folder, const Migration *first,
                           const Migration *second, Error *err)
{
    if (second->version == NULL) {
        error_set(err, EXIT_USAGE, "two repeatable migrations are described \"%s\": %s and %s",
                  second->description, first->name, second->name);
        error_detail(err, "The description is what the history knows a repeatable migration by.");
        return error_at(err, second->path, 0, 0);
    }
    error_set(err, EXIT_USAGE, "two files have version %s: %s and %s", first->version, first->name,
              second->name);
    if (strcmp(first->version, second->version) != 0)
        error_detail(err, "%s and %s are the same version.", first->version, second->version);
    error_hint(err, "Give the newer one the next version, %s, and run: dbmig hash. After a merge of "
                    "two branches, dbmig rebase does both.",
               next_version(arena, folder, ""));
    return error_at(err, second->path, 0, 0);
}

static bool check_duplicates(Arena *arena, const MigrationFolder *folder,
                             const Migration *const *sorted, Error *err)
{
    for (size_t i = 1; i < folder->count; i++)
        if (same_identity(sorted[i - 1], sorted[i]))
            return fail_duplicate(arena, folder, sorted[i - 1], sorted[i], err);
    return true;
}

static void warn_of_lone_undo(Arena *arena, MigrationFolder *folder, const Migration *const *sorted)
{
    const Migration *last = NULL;

    for (size_t i = 0; i < folder->count; i++) {
        if (kind_rank(sorted[i]->kind) == 0)
            last = sorted[i];
        if (sorted[i]->kind == MIGRATION_UNDO &&
            (last == NULL || version_compare(last->version, sorted[i]->version) != 0))
            warn(arena, folder, sorted[i]->name, "there is no migration of this version to undo");
    }
}

/* 10_x.sql runs before 2_x.sql in a plain folder, which is seldom meant. */
static void warn_of_plain_order(Arena *arena, MigrationFolder *folder)
{
    for (size_t i = 1; i < folder->count; i++) {
        const Migration *before = &folder->items[i - 1], *item = &folder->items[i];

        if (before->version == NULL || item->version == NULL ||
            version_compare(before->version, item->version) < 0)
            continue;
        warn(arena, folder, item->name,
             arena_printf(arena,
                          "it runs after %s: a plain folder runs in the order of names, not of "
                          "version numbers",
                          before->name));
        return;
    }
}

/* The newest B file below all V files: what it stands for was squashed into it. */
static const Migration *find_base(const MigrationFolder *folder, const Migration *const *sorted)
{
    const Migration *base = NULL;
    for (size_t i = 0; !folder->plain && i < folder->count && sorted[i]->version != NULL; i++) {
        if (sorted[i]->kind == MIGRATION_VERSIONED)
            break;
        if (sorted[i]->kind == MIGRATION_BASELINE)
            base = sorted[i];
    }
    return base;
}

static void fill_run(Arena *arena, MigrationFolder *folder, const Migration *const *sorted)
{
    folder->run = arena_calloc(arena, folder->count + 1, sizeof(void *));
    folder->base = find_base(folder, sorted);
    if (folder->base != NULL)
        folder->run[folder->run_count++] = folder->base;
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *item = folder->plain ? &folder->items[i] : sorted[i];

        if (item->kind != MIGRATION_UNDO && item->kind != MIGRATION_BASELINE)
            folder->run[folder->run_count++] = item;
    }
}

/* ---- loading ---- */

static bool list_names(Arena *arena, MigrationFolder *folder, int *ret_fd, Names *names, Error *err)
{
    StringList all = {0};
    const FolderSource *source = folder->source;

    if (source != NULL ? !source->list(source->context, arena, &all, err)
                       : !walk_folder(arena, folder->path, ret_fd, &all, err))
        return false;
    take_names(arena, &all, names);
    return true;
}

static bool arrange(Arena *arena, MigrationFolder *folder, const Names *names, Error *err)
{
    const Migration **sorted;

    if (!add_items(arena, folder, names, err))
        return false;
    if (folder->count > 1)
        qsort(folder->items, folder->count, sizeof(Migration),
              folder->plain ? compare_names : compare_items);
    sorted = by_identity(arena, folder);
    if (!check_duplicates(arena, folder, sorted, err))
        return false;
    warn_of_lone_undo(arena, folder, sorted);
    if (folder->plain)
        warn_of_plain_order(arena, folder);
    fill_run(arena, folder, sorted);
    return true;
}

static bool load_own(Arena *arena, MigrationFolder *folder, const Names *names, int folder_fd,
                     Error *err)
{
    folder->plain = folder->format == FOLDER_FORMAT_ATLAS ||
                    (folder->format == FOLDER_FORMAT_AUTO && names->scripts.count > 0 &&
                     !has_flyway_name(names));
    return arrange(arena, folder, names, err) &&
           load_contents(arena, folder, &names->confs, folder_fd, err);
}

bool migration_load_as(Arena *arena, const char *folder, const FolderSource *source,
                       FolderFormat format, MigrationFolder *ret, Error *err)
{
    Names names = {0};
    int folder_fd = -1;
    bool ok;

    *ret = (MigrationFolder){
        .path = migration_folder_path(arena, folder), .source = source, .format = format};
    if (!list_names(arena, ret, &folder_fd, &names, err))
        return false;
    ok = (format != FOLDER_FORMAT_AUTO ||
          format_detect(arena, ret, &names.all, &ret->format, &ret->format_sign, err)) &&
         (format_foreign(ret->format) ? format_load(arena, ret, &names.all, err)
                                      : load_own(arena, ret, &names, folder_fd, err));
    if (folder_fd >= 0)
        close(folder_fd);
    return ok;
}

bool migration_load(Arena *arena, const char *folder, const FolderSource *source,
                    MigrationFolder *ret, Error *err)
{
    FolderFormat format;

    return migration_folder_format(folder, &format, err) &&
           migration_load_as(arena, folder, source, format, ret, err);
}

bool migration_find_format(Arena *arena, const char *dir, FolderFormat *ret, Error *err)
{
    MigrationFolder folder = {.path = migration_folder_path(arena, dir)};
    Names names = {0};
    const char *sign;
    int folder_fd = -1;

    if (!migration_folder_format(dir, ret, err))
        return false;
    if (*ret != FOLDER_FORMAT_AUTO)
        return true;
    if (!list_names(arena, &folder, &folder_fd, &names, err))
        return false;
    close(folder_fd);
    return format_detect(arena, &folder, &names.all, ret, &sign, err);
}

/* ---- questions about a loaded folder ---- */

const Migration *migration_find(const MigrationFolder *folder, const char *version)
{
    for (size_t i = 0; i < folder->run_count; i++) {
        const Migration *item = folder->run[i];

        if (item->version != NULL && version_compare(item->version, version) == 0)
            return item;
    }
    return NULL;
}

int32_t migration_checksum(const char *text, size_t len)
{
    Digest digest;

    digest_begin(&digest);
    digest_add(&digest, text, len);
    digest_end(&digest);
    return (int32_t)digest.crc_lines;
}

size_t migration_newest(const MigrationFolder *folder, size_t count, size_t *ret)
{
    size_t versioned = 0, end, chosen = 0;
    for (size_t i = 0; i < folder->run_count; i++)
        versioned += folder->run[i]->version != NULL;
    end = versioned > 0 ? versioned : folder->run_count;
    size_t skip = count < end ? end - count : 0;
    for (size_t i = 0, at = 0; i < folder->run_count; i++) {
        if (versioned > 0 && folder->run[i]->version == NULL)
            continue;
        if (at++ >= skip)
            ret[chosen++] = i;
    }
    return chosen;
}

/* The folder's newest versioned file: its separator is the habit to keep. */
static const Migration *newest(const MigrationFolder *folder)
{
    const Migration *found = NULL;

    for (size_t i = 0; i < folder->count; i++) {
        const Migration *item = &folder->items[i];

        if (kind_rank(item->kind) == 0 && item->version != NULL &&
            (found == NULL || version_compare(item->version, found->version) > 0))
            found = item;
    }
    return found;
}

/* In a plain name the first '_' ends the version. */
static char *dotted(Arena *arena, const char *version)
{
    char *copy = arena_strdup(arena, version);

    for (char *c = copy; *c != '\0'; c++)
        if (*c == '_')
            *c = '.';
    return copy;
}

bool migration_new_name(Arena *arena, const MigrationFolder *folder, const char *version,
                        const char *description, const char *now, char **ret, Error *err)
{
    const Migration *last = newest(folder);
    const char *separator = last != NULL && last->single_underscore ? "_" : "__";
    bool plain = folder->plain && (last == NULL || last->kind == MIGRATION_PLAIN);
    char *slug;

    if (version != NULL && !version_valid(version)) {
        error_set(err, EXIT_USAGE, "\"%s\" is not a version", text_printable(arena, version));
        return error_hint(err, "A version is digits, with '.' or '_' between them.");
    }
    if (!version_slug(arena, description, &slug, err))
        return false;
    if (version == NULL)
        version = next_version(arena, folder, now);
    if (strchr(version, '_') != NULL)
        separator = "__";
    *ret = plain ? arena_printf(arena, "%s_%s.sql", dotted(arena, version), slug)
                 : arena_printf(arena, "V%s%s%s.sql", version, separator, slug);
    return true;
}
