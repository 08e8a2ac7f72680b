/* Cache keys: what changes a result changes the key, and nothing else does. */
#include "unit.h"

#include "dbmig/engine/replay.h"

static const char *dir;

static void put(const char *name, const char *content)
{
    char *path = file_join(arena, dir, name);
    ck_assert_ok(file_write_atomic(path, content, strlen(content), 0644, &err));
}

static void make_folder(void)
{
    dir = unit_path("migrations");
    ck_assert_ok(file_make_folder(dir, 0755, &err));
    put("V1__a.sql", "CREATE TABLE a();\n");
    put("V2__b.sql", "CREATE TABLE b();\n");
    put("V3__c.sql", "-- atlas:sum ignore\n\nCREATE TABLE c();\n");
    put("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT '${name}' AS name;\n");
}

static StringList keys_of(const ReplayOptions *options, const char *identity)
{
    MigrationFolder loaded;
    StringList keys = {0};
    ck_assert_ok(migration_load(arena, dir, NULL, &loaded, &err));
    ck_assert_ok(replay_keys(arena, &loaded, loaded.run_count, options, identity, &keys, &err));
    ck_assert_uint_eq(keys.count, loaded.run_count + 1);
    return keys;
}

static StringList keys(void)
{
    static const ReplayOptions plain = {.tx_mode = TXMODE_FILE};
    return keys_of(&plain, "server");
}

/* The keys of the first `same` prefixes agree, and all that both have beyond them differ. */
static void check_same(const StringList *a, const StringList *b, size_t same)
{
    size_t count = a->count < b->count ? a->count : b->count;
    for (size_t i = 0; i < count; i++)
        ck_assert_msg((strcmp(a->items[i], b->items[i]) == 0) == (i < same), "key %zu", i);
}

START_TEST(test_steady)
{
    make_folder();
    StringList first = keys(), second = keys();
    check_same(&first, &second, 5);
    for (size_t i = 0; i < first.count; i++) {
        ck_assert_uint_eq(strlen(first.items[i]), 64);
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(first.items[i], first.items[j]);
    }
}
END_TEST

START_TEST(test_place_does_not_matter)
{
    make_folder();
    StringList before = keys();
    const char *moved = unit_path("elsewhere");
    ck_assert_int_eq(rename(dir, moved), 0);
    dir = moved;
    StringList after = keys();
    check_same(&before, &after, 5);
}
END_TEST

START_TEST(test_one_byte)
{
    make_folder();
    StringList before = keys();
    put("V2__b.sql", "CREATE TABLE B();\n");
    StringList after = keys();
    check_same(&before, &after, 2);
}
END_TEST

START_TEST(test_name)
{
    make_folder();
    StringList before = keys();
    ck_assert_int_eq(
        rename(file_join(arena, dir, "V2__b.sql"), file_join(arena, dir, "V2__bb.sql")), 0);
    StringList after = keys();
    check_same(&before, &after, 2);
}
END_TEST

START_TEST(test_bytes_that_move_between_files)
{
    make_folder();
    put("V1__a.sql", "ab");
    put("V2__b.sql", "c");
    StringList before = keys();
    put("V1__a.sql", "a");
    put("V2__b.sql", "bc");
    StringList after = keys();
    check_same(&before, &after, 1);
}
END_TEST

START_TEST(test_ignored_by_the_sum)
{
    make_folder();
    StringList before = keys();
    put("V3__c.sql", "-- atlas:sum ignore\n\nCREATE TABLE d();\n");
    StringList after = keys();
    check_same(&before, &after, 3);
}
END_TEST

START_TEST(test_new_file_before_the_repeatable)
{
    make_folder();
    StringList before = keys();
    put("V4__d.sql", "CREATE TABLE d();\n");
    StringList after = keys();
    ck_assert_uint_eq(after.count, before.count + 1);
    check_same(&before, &after, 4);
}
END_TEST

START_TEST(test_script_config)
{
    make_folder();
    StringList before = keys();
    put("V2__b.sql.conf", "executeInTransaction=false\n");
    StringList after = keys();
    check_same(&before, &after, 2);
    put("V2__b.sql.conf", "placeholderReplacement=false\n");
    StringList third = keys();
    check_same(&before, &third, 2);
    check_same(&after, &third, 2);
}
END_TEST

START_TEST(test_settings)
{
    make_folder();
    StringList before = keys();
    const ReplayOptions none = {.tx_mode = TXMODE_NONE}, all = {.tx_mode = TXMODE_ALL},
                        file = {.tx_mode = TXMODE_FILE};
    StringList other = keys_of(&none, "server");
    check_same(&before, &other, 0);
    other = keys_of(&all, "server");
    check_same(&before, &other, 0);
    other = keys_of(&file, "another server");
    check_same(&before, &other, 0);
}
END_TEST

START_TEST(test_init_sql)
{
    make_folder();
    StringList before = keys(), files = {0};
    const char *path = unit_path("init.sql");
    ck_assert_ok(file_write_atomic(path, "SELECT 1", 8, 0644, &err));
    VEC_PUSH(arena, files, path);
    const ReplayOptions options = {.tx_mode = TXMODE_FILE, .init_sql = &files};
    StringList with = keys_of(&options, "server");
    check_same(&before, &with, 0);
    ck_assert_ok(file_write_atomic(path, "SELECT 2", 8, 0644, &err));
    StringList changed = keys_of(&options, "server");
    check_same(&with, &changed, 0);
    ck_assert_ok(file_remove(path, &err));
    MigrationFolder loaded;
    StringList none = {0};
    ck_assert_ok(migration_load(arena, dir, NULL, &loaded, &err));
    ck_assert(!replay_keys(arena, &loaded, loaded.run_count, &options, "server", &none, &err));
    ck_assert_int_eq(err.code, EXIT_USAGE);
}
END_TEST

static StringList keys_with_value(const char *value)
{
    StringList values = {0};
    VEC_PUSH(arena, values, value);
    const ReplayOptions options = {
        .tx_mode = TXMODE_FILE, .placeholders = true, .placeholder_values = &values};
    return keys_of(&options, "server");
}

START_TEST(test_placeholders)
{
    make_folder();
    StringList off = keys(), one = keys_with_value("name=one"), same = keys_with_value("name=one"),
               two = keys_with_value("name=two");
    check_same(&off, &one, 0);
    check_same(&one, &same, 5);
    ck_assert_str_ne(one.items[4], two.items[4]);
}
END_TEST

START_TEST(test_time_is_never_cached)
{
    make_folder();
    put("V2__b.sql", "CREATE TABLE b(made text DEFAULT '${flyway:timestamp}');\n");
    StringList one = keys_with_value("name=one"), again = keys_with_value("name=one");
    check_same(&one, &again, 2);
}
END_TEST

UNIT_SUITE("replay_key", test_steady, test_place_does_not_matter, test_one_byte, test_name,
           test_bytes_that_move_between_files, test_ignored_by_the_sum,
           test_new_file_before_the_repeatable, test_script_config, test_settings, test_init_sql,
           test_placeholders, test_time_is_never_cached)
UNIT_MAIN(suite)
