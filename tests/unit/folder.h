/* Small migrations folders for tests, in the test's own folder. Include after unit.h. */
#ifndef DBMIG_TESTS_FOLDER_H
#define DBMIG_TESTS_FOLDER_H

#include <string.h>

#include "dbmig/base/file.h"
#include "dbmig/project/migration.h"

/* Writes <test folder>/m/NAME. */
static inline void folder_put_bytes(const char *name, const char *bytes, size_t len)
{
    char *path = unit_path(arena_printf(arena, "m/%s", name));

    ck_assert_ok(file_make_folder(file_folder_of(arena, path), 0755, &err));
    ck_assert_ok(file_write_atomic(path, bytes, len, 0644, &err));
}

static inline void folder_put(const char *name, const char *text)
{
    folder_put_bytes(name, text, strlen(text));
}

static inline void folder_drop(const char *name)
{
    ck_assert_ok(file_remove(unit_path(arena_printf(arena, "m/%s", name)), &err));
}

static inline bool folder_try_load(MigrationFolder *ret)
{
    ck_assert_ok(file_make_folder(unit_path("m"), 0755, &err));
    return migration_load(arena, unit_path("m"), NULL, ret, &err);
}

static inline MigrationFolder folder_load(void)
{
    MigrationFolder loaded;

    ck_assert_ok(folder_try_load(&loaded));
    return loaded;
}

/* The names of the items, or of what runs, separated by blanks. */
static inline const char *folder_names(const MigrationFolder *loaded, bool run)
{
    char *names = arena_strdup(arena, "");

    for (size_t i = 0; i < (run ? loaded->run_count : loaded->count); i++)
        names = arena_printf(arena, "%s%s%s", names, i == 0 ? "" : " ",
                             run ? loaded->run[i]->name : loaded->items[i].name);
    return names;
}

#endif
