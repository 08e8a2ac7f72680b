/* Which tests there are, by the names of their files. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "test_private.h"

#define BEFORE ".before.sql"
#define AFTER  ".after.sql"
#define SCHEMA ".test.sql"

typedef struct Find {
    Arena *arena;
    const MigrationFolder *folder;
    const TestOptions *options;
    TestList *ret;
} Find;

static bool misnamed(const char *path, Error *err)
{
    error_set(err, EXIT_USAGE, "%s is named like a test, and is none", path);
    return error_hint(err, "Tests are named V<version>__<name>" BEFORE " (the data to be migrated) and "
                           "V<version>__<name>" AFTER " (what must hold then); or <name>" SCHEMA ".");
}

/* "V12__prices" of "V12__prices.before.sql"; NULL when it has no such end. */
static char *stem_of(Arena *arena, const char *name, const char *end)
{
    return text_ends(name, end) ? arena_strndup(arena, name, strlen(name) - strlen(end)) : NULL;
}

static bool find_version(const Find *find, const char *version, size_t *ret)
{
    const Migration *wanted = migration_find(find->folder, version);
    for (size_t i = 0; wanted != NULL && i < find->folder->run_count; i++)
        if (find->folder->run[i] == wanted) {
            *ret = i;
            return true;
        }
    return false;
}

static bool is_wanted(const Find *find, const char *name, size_t index)
{
    const StringList *versions = find->options->versions;
    if (find->options->filter != NULL && fnmatch(find->options->filter, name, 0) != 0)
        return false;
    if (versions == NULL || versions->count == 0)
        return true;
    for (size_t i = 0; i < versions->count; i++) {
        size_t at;
        if (find_version(find, versions->items[i], &at) && at == index)
            return true;
    }
    return false;
}

static TestCase *find_case(TestList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

static void add_case(const Find *find, TestCase test)
{
    if (is_wanted(find, test.name, test.index))
        VEC_PUSH(find->arena, *find->ret, test);
}

/* V12__prices.before.sql and V12__prices.after.sql are one test. */
static bool add_migration_test(const Find *find, const char *path, const char *name, Error *err)
{
    char *before = stem_of(find->arena, name, BEFORE), *after = stem_of(find->arena, name, AFTER);
    const char *stem = before != NULL ? before : after;
    const char *line = stem == NULL ? NULL : strstr(stem, "__");
    size_t index;
    if (line == NULL || line == stem + 1 || line[2] == '\0')
        return misnamed(path, err);
    const char *version = arena_strndup(find->arena, stem + 1, (size_t)(line - stem) - 1);
    if (!find_version(find, version, &index)) {
        error_set(err, EXIT_USAGE, "%s tests version %s, which %s does not have", path, version,
                  find->folder->path);
        return error_hint(err, "Was the migration renumbered? Rename its tests as well.");
    }
    TestCase *there = find_case(find->ret, stem);
    if (there == NULL) {
        add_case(find, (TestCase){.name = stem,
                                  .version = find->folder->run[index]->version,
                                  .index = index,
                                  .before = before == NULL ? NULL : path,
                                  .after = after == NULL ? NULL : path});
    } else if (before != NULL) {
        there->before = path;
    } else {
        there->after = path;
    }
    return true;
}

/* "V12__prices.before.sql", and what may have been meant as such; "V12__prices.sql" may be anyone's. */
static bool is_versioned(const char *name)
{
    const char *line = strstr(name, "__");
    const char *end = strchr(line == NULL ? name : line, '.');
    return name[0] == 'V' && name[1] >= '0' && name[1] <= '9' && text_ends(name, ".sql") &&
           strcmp(end, ".sql") != 0;
}

static bool find_files(const Find *find, Error *err)
{
    StringList names = {0};
    const char *folder = find->options->folder;
    if (file_kind(folder) == FILE_MISSING)
        return true;
    if (!file_list(find->arena, folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i], *path = file_join(find->arena, folder, name);
        if (text_ends(name, SCHEMA))
            add_case(find, (TestCase){.name = name, .index = find->folder->run_count, .after = path});
        else if (is_versioned(name) && !add_migration_test(find, path, name, err))
            return false;
    }
    return true;
}

static void add_row_test(const Find *find, size_t index)
{
    const Migration *migration = find->folder->run[index];
    const char *name = arena_printf(find->arena, "V%s with %zu row%s a table", migration->version,
                                    find->options->rows, find->options->rows == 1 ? "" : "s");
    VEC_PUSH(find->arena, *find->ret,
             (TestCase){.name = name,
                        .version = migration->version,
                        .index = index,
                        .rows = find->options->rows});
}

/* Of the versions that were given, each of which must be there, or the newest. */
static bool find_row_tests(const Find *find, Error *err)
{
    const StringList *versions = find->options->versions;
    size_t index;
    for (size_t i = 0; versions != NULL && i < versions->count; i++) {
        if (!find_version(find, versions->items[i], &index))
            return error_set(err, EXIT_USAGE, "no migration in %s has version %s", find->folder->path,
                             versions->items[i]);
        if (find->options->rows > 0)
            add_row_test(find, index);
    }
    if (find->options->rows == 0 || (versions != NULL && versions->count > 0))
        return true;
    size_t *newest = arena_calloc(find->arena, find->folder->run_count + 1, sizeof(*newest));
    if (migration_newest(find->folder, 1, newest) > 0)
        add_row_test(find, newest[0]);
    return true;
}

/* By version, then by name; generated rows last. */
static int compare(const void *a, const void *b)
{
    const TestCase *left = a, *right = b;
    if (left->index != right->index)
        return left->index < right->index ? -1 : 1;
    if ((left->rows == 0) != (right->rows == 0))
        return left->rows == 0 ? -1 : 1;
    return strcmp(left->name, right->name);
}

bool test_find(Arena *arena, const MigrationFolder *folder, const TestOptions *options, TestList *ret,
               Error *err)
{
    Find find = {.arena = arena, .folder = folder, .options = options, .ret = ret};
    *ret = (TestList){0};
    if (!find_row_tests(&find, err) || !find_files(&find, err))
        return false;
    if (ret->count > 0)
        qsort(ret->items, ret->count, sizeof(*ret->items), compare);
    return true;
}

bool test_digest(Arena *arena, const char *folder, char **ret, Error *err)
{
    StringList names = {0};
    Sha256 sha;
    sha256_begin(&sha);
    if (file_kind(folder) != FILE_MISSING && !file_list(arena, folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        Bytes content;
        if (!text_ends(name, SCHEMA) && !is_versioned(name))
            continue;
        if (!file_read(arena, file_join(arena, folder, name), &content, err))
            return false;
        sha256_add_field(&sha, name, strlen(name));
        sha256_add_field(&sha, content.data, content.len);
    }
    uint8_t digest[SHA256_SIZE];
    *ret = arena_alloc(arena, 2 * SHA256_SIZE + 1);
    sha256_digest(&sha, digest);
    hash_hex(digest, SHA256_SIZE, *ret);
    return true;
}
