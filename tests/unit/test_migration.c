#include "unit.h"

#include <sys/stat.h>

#include "corpora.h"
#include "folder.h"

#include "dbmig/base/text.h"
#include "dbmig/project/walk.h"

static void check_load_fails(ExitCode code, const char *primary, const char *file)
{
    MigrationFolder loaded;
    ck_assert_fails(folder_try_load(&loaded), code, primary);
    if (file != NULL) {
        ck_assert_pstr_eq(err.file, unit_path(arena_printf(arena, "m/%s", file)));
        ck_assert_ptr_nonnull(strstr(err.primary, file));
    }
}

START_TEST(test_order)
{
    MigrationFolder loaded;
    folder_put("V10__ten.sql", "");
    folder_put("V2__two.sql", "select 2;\n");
    folder_put("V2.1__more.sql", "");
    folder_put("old/V1__one.sql", "");
    folder_put("R__views.sql", "");
    folder_put("R__b_functions.sql", "");
    folder_put("a/R__z.sql", "");
    folder_put("U2__two.sql", "");
    folder_put("B2__base.sql", "");
    folder_put("V57__readme.md", "");
    folder_put(".hidden.sql", "");
    folder_put(".git/V3__x.sql", "");
    folder_put("atlas.sum", "");
    loaded = folder_load();
    ck_assert(!loaded.plain);
    ck_assert_str_eq(folder_names(&loaded, false),
                     "old/V1__one.sql V2__two.sql U2__two.sql B2__base.sql V2.1__more.sql "
                     "V10__ten.sql R__b_functions.sql R__views.sql a/R__z.sql");
    ck_assert_str_eq(folder_names(&loaded, true), "old/V1__one.sql V2__two.sql V2.1__more.sql "
                                                  "V10__ten.sql R__b_functions.sql R__views.sql "
                                                  "a/R__z.sql");
    ck_assert_uint_eq(loaded.warnings.count, 0);
    ck_assert_ptr_eq(migration_find(&loaded, "2.0"), &loaded.items[1]);
    ck_assert_ptr_null(migration_find(&loaded, "3"));
    ck_assert_str_eq(loaded.items[1].path, unit_path("m/V2__two.sql"));
    ck_assert_uint_eq(loaded.items[1].size, 10);
}
END_TEST

/* Repeatables run by description, but stand in the sum in walk order. */
START_TEST(test_repeatables_have_two_orders)
{
    MigrationFolder loaded;
    folder_put("a/R__z.sql", "");
    folder_put("R__m.sql", "");
    folder_put("a.b/R__y.sql", "");
    loaded = folder_load();
    ck_assert_str_eq(folder_names(&loaded, false), "R__m.sql a/R__z.sql a.b/R__y.sql");
    ck_assert_str_eq(folder_names(&loaded, true), "R__m.sql a.b/R__y.sql a/R__z.sql");
}
END_TEST

START_TEST(test_walk_order)
{
    static const char *const rising[] = {"a/b/x", "a/x", "a b", "a-b/x", "a.sql", "ab", "b"};
    for (size_t i = 0; i < ARRAY_LENGTH(rising); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(rising); j++) {
            int order = walk_compare(rising[i], rising[j]);
            ck_assert_int_eq((order > 0) - (order < 0), (i > j) - (i < j));
        }
}
END_TEST

START_TEST(test_plain_folder)
{
    MigrationFolder loaded;
    folder_put("20230727105615_t2.sql", "");
    folder_put("20230727105553_init.sql", "");
    folder_put("sub/20230727105554_x.sql", "");
    loaded = folder_load();
    ck_assert(loaded.plain);
    ck_assert_str_eq(folder_names(&loaded, true), "20230727105553_init.sql 20230727105615_t2.sql");
    ck_assert_int_eq(loaded.items[0].kind, MIGRATION_PLAIN);
    ck_assert_str_eq(loaded.items[0].description, "init");
    ck_assert_uint_eq(loaded.warnings.count, 1);
    ck_assert_ptr_nonnull(
        strstr(loaded.warnings.items[0], "sub/20230727105554_x.sql: it is not read"));
}
END_TEST

START_TEST(test_plain_order_is_of_names)
{
    MigrationFolder loaded;
    folder_put("1_a.sql", "");
    folder_put("2_b.sql", "");
    folder_put("10_c.sql", "");
    loaded = folder_load();
    ck_assert_str_eq(folder_names(&loaded, true), "10_c.sql 1_a.sql 2_b.sql");
    ck_assert_uint_eq(loaded.warnings.count, 1);
    ck_assert_ptr_nonnull(strstr(loaded.warnings.items[0], "1_a.sql: it runs after 10_c.sql"));
}
END_TEST

START_TEST(test_format_is_asked_for)
{
    MigrationFolder loaded;
    char *url;
    folder_put("V2__b.sql", "");
    folder_put("V10__a.sql", "");
    ck_assert_ok(
        migration_load_as(arena, unit_path("m"), NULL, FOLDER_FORMAT_ATLAS, &loaded, &err));
    ck_assert(loaded.plain);
    ck_assert_str_eq(folder_names(&loaded, true), "V10__a.sql V2__b.sql");
    url = arena_printf(arena, "file://%s/?format=atlas", unit_path("m"));
    ck_assert_ok(migration_load(arena, url, NULL, &loaded, &err));
    ck_assert_str_eq(folder_names(&loaded, true), "V10__a.sql V2__b.sql");
    ck_assert_str_eq(loaded.path, unit_path("m"));
    folder_put("1_x.sql", "");
    ck_assert_fails(migration_load(arena, unit_path("m"), NULL, &loaded, &err), EXIT_USAGE,
                    "1_x.sql is not named like a migration");
}
END_TEST

START_TEST(test_folder_path)
{
    static const char *const cases[][2] = {
        {"migrations", "migrations"},
        {"migrations///", "migrations"},
        {"file://db/my%20files/?format=flyway", "db/my files"},
        {"file:///abs/x", "/abs/x"},
        {"file://%zz%2", "%zz%2"},
        {"/", "/"},
        {"", "."},
        {"file://", "."},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        ck_assert_str_eq(migration_folder_path(arena, cases[i][0]), cases[i][1]);
}
END_TEST

static FolderFormat asked(const char *dir)
{
    FolderFormat format;
    ck_assert_ok(migration_folder_format(dir, &format, &err));
    return format;
}

START_TEST(test_asked_format)
{
    FolderFormat format;
    MigrationFolder loaded;
    ck_assert_int_eq(asked("file://x?a=b&format=flyway"), FOLDER_FORMAT_FLYWAY);
    ck_assert_int_eq(asked("file://x?format=atlas#format=flyway"), FOLDER_FORMAT_ATLAS);
    ck_assert_int_eq(asked("file://x?noformat=atlas"), FOLDER_FORMAT_AUTO);
    ck_assert_int_eq(asked("x?format=atlas"), FOLDER_FORMAT_AUTO);
    ck_assert_fails(migration_folder_format("file://x?format=ruby", &format, &err), EXIT_USAGE,
                    "of the format \"ruby\" cannot be read");
    ck_assert_ptr_nonnull(strstr(err.hint, "flyway, atlas"));
    ck_assert_fails(migration_folder_format("file://x?a&format=", &format, &err), EXIT_USAGE,
                    "of the format \"\" cannot be read");
    folder_put("V1__x.sql", "");
    ck_assert_fails(migration_load(arena, arena_printf(arena, "file://%s?format=auto", unit_path("m")),
                                   NULL, &loaded, &err),
                    EXIT_USAGE, "of the format \"auto\"");
}
END_TEST

/* What another tool's file would do and undo in one go is refused, wherever the mark stands. */
START_TEST(test_marks_of_other_tools)
{
    static const struct {
        const char *name, *text, *tool;
        size_t line;
    } cases[] = {
        {"V1__a.sql", "-- +goose Up\nselect 1;\n", "goose", 1},
        {"V1__a.sql", "-- note\r\n-- +goose Up\r\nselect 1;\r\n", "goose", 2},
        {"V1__a.sql", "\xef\xbb\xbf-- +GOOSE down", "goose", 1},
        {"V1__a.sql", "--migrate:up transaction:false\n", "dbmate", 1},
        {"V1__a.sql", "select 1;\n  -- migrate:down\n", "dbmate", 2},
        {"V1__a.sql", "-- +migrate Up\n", "sql-migrate", 1},
        {"V1__a.sql", "select 1;\n---- create above / drop below ----\nselect 2;", "tern", 2},
        {"V1__a.sql", "-- Up Migration\nselect 1;\n\n-- Down Migration\nselect 2;\n", "node-pg-migrate", 4},
        {"V1__a.sql", "\n--liquibase formatted sql\n", "liquibase", 2},
        {"V1__a.sql", "-- LIQUIBASE FORMATTED sql", "liquibase", 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        folder_put(cases[i].name, cases[i].text);
        check_load_fails(EXIT_USAGE, arena_printf(arena, "by marks of %s,", cases[i].tool),
                         cases[i].name);
        ck_assert_uint_eq(err.line, cases[i].line);
        folder_drop(cases[i].name);
    }
}
END_TEST

START_TEST(test_no_marks)
{
    static const char *const texts[] = {
        "select '+goose Up';\n",
        "-- +goosefoot\n",
        "-- see -- +goose Up\n",
        "-- migrate:upward\n",
        "-- Up Migration\nselect 1;\n",
        "-- Down migration: drop table a\nselect 1;\n",
        "select 1;\n-- Down Migration\n-- DROP TABLE a;\n\n",
        "-- liquibase is gone\n",
        "-- +",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        folder_put("V1__a.sql", texts[i]);
        folder_load();
    }
}
END_TEST

/* Marks lie where the pieces that a file is read in meet. */
START_TEST(test_mark_over_pieces)
{
    for (size_t shift = 0; shift < 40; shift++) {
        size_t before = (size_t)256 * 1024 - 20 + shift;
        char *text = arena_calloc(arena, before + 64, 1);
        memset(text, 'x', before);
        text[10] = '\n';
        text[before - 1] = '\n';
        memcpy(text + before, "-- +goose Down\nx", 17);
        folder_put("V1__a.sql", text);
        check_load_fails(EXIT_USAGE, "by marks of goose", "V1__a.sql");
        ck_assert_uint_eq(err.line, 3);
    }
}
END_TEST

START_TEST(test_directives_that_are_not_supported)
{
    static const char *const names[] = {"checkpoint", "delimiter", "assert", "txtar"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        folder_put("1_a.sql", arena_printf(arena, "\n-- atlas:%s x\n\nselect 1;\n", names[i]));
        ck_assert_fails(folder_try_load(&(MigrationFolder){0}), EXIT_USAGE,
                        arena_printf(arena, "the directive atlas:%s is not supported", names[i]));
        ck_assert_uint_eq(err.line, 2);
        ck_assert_ptr_nonnull(err.hint);
    }
}
END_TEST

START_TEST(test_only_folders_in_the_folder)
{
    static const char *const cases[][2] = {
        {"20240101000000_init/migration.sql", "has Prisma's layout"},
        {"2024-01-01-000000_init/up.sql", "has diesel's layout"},
        {"deploy/users.sql", "has sqitch's layout"},
        {"sub/1_a.sql", "has no migrations, only folders"},
    };
    const char *atlas = arena_printf(arena, "file://%s?format=atlas", unit_path("m"));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        folder_put(cases[i][0], "");
        ck_assert_fails(migration_load(arena, atlas, NULL, &(MigrationFolder){0}, &err), EXIT_USAGE,
                        cases[i][1]);
        folder_drop(cases[i][0]);
    }
}
END_TEST

START_TEST(test_empty_and_missing_folder)
{
    MigrationFolder loaded = folder_load();
    ck_assert_uint_eq(loaded.count, 0);
    ck_assert(!loaded.plain);
    ck_assert_fails(migration_load(arena, unit_path("none"), NULL, &loaded, &err), EXIT_USAGE,
                    "could not open the migrations folder");
    ck_assert_ptr_nonnull(strstr(err.hint, "dbmig init"));
    folder_put("V1__x.sql", "");
    ck_assert_fails(migration_load(arena, unit_path("m/V1__x.sql"), NULL, &loaded, &err),
                    EXIT_USAGE, "could not open");
}
END_TEST

START_TEST(test_misnamed)
{
    folder_put("V1__x.sql", "");
    folder_put("views.sql", "");
    check_load_fails(EXIT_USAGE, "is not named like a migration", "views.sql");
    ck_assert_ptr_nonnull(strstr(err.hint, "V<version>__views.sql"));
}
END_TEST

START_TEST(test_duplicates)
{
    folder_put("V1__a.sql", "");
    folder_put("x/V1.0__b.sql", "");
    folder_put("V7__c.sql", "");
    check_load_fails(EXIT_USAGE, "two files have version 1: V1__a.sql and x/V1.0__b.sql",
                     "x/V1.0__b.sql");
    ck_assert_str_eq(err.detail, "1 and 1.0 are the same version.");
    ck_assert_ptr_nonnull(strstr(err.hint, "next version, 8"));
    folder_drop("x/V1.0__b.sql");
    folder_put("V01__b.sql", "");
    check_load_fails(EXIT_USAGE, "two files have version", NULL);
    folder_drop("V01__b.sql");
    folder_put("R__v.sql", "");
    folder_put("x/R__v.sql", "");
    check_load_fails(EXIT_USAGE, "described \"v\": R__v.sql and x/R__v.sql", NULL);
    folder_drop("x/R__v.sql");
    folder_put("U1__a.sql", "");
    folder_put("B1__a.sql", "");
    folder_load();
    folder_put("U1__b.sql", "");
    check_load_fails(EXIT_USAGE, "two files have version 1: U1__a.sql and U1__b.sql", NULL);
}
END_TEST

START_TEST(test_down_file_is_no_migration)
{
    MigrationFolder loaded;
    const char *atlas = arena_printf(arena, "file://%s?format=atlas", unit_path("m"));
    folder_put("1_a.up.sql", "");
    folder_put("1_a.down.sql", "");
    ck_assert_fails(migration_load(arena, atlas, NULL, &loaded, &err), EXIT_USAGE,
                    "takes a migration back");
    ck_assert_ptr_nonnull(strstr(err.hint, "UN__x.sql"));
}
END_TEST

START_TEST(test_version_length)
{
    folder_put(arena_printf(arena, "V%050d__x.sql", 1), "");
    folder_load();
    folder_put(arena_printf(arena, "V%060d__x.sql", 2), "");
    check_load_fails(EXIT_USAGE, "longer than 50 characters", NULL);
}
END_TEST

START_TEST(test_folder_named_like_a_migration)
{
    ck_assert_ok(file_make_folder(unit_path("m/V3__x.sql"), 0755, &err));
    check_load_fails(EXIT_USAGE, "is a folder, but named like a migration", "V3__x.sql");
}
END_TEST

START_TEST(test_links)
{
    MigrationFolder loaded;
    folder_put("V1__x.sql", "select 1;");
    ck_assert_ok(file_make_folder(unit_path("other"), 0755, &err));
    ck_assert_ok(file_write_atomic(unit_path("other/V2__y.sql"), "", 0, 0644, &err));
    ck_assert_int_eq(symlink("../other", unit_path("m/linked")), 0);
    ck_assert_int_eq(symlink("../m/V1__x.sql", unit_path("other/V3__z.sql")), 0);
    ck_assert_int_eq(symlink("nowhere", unit_path("m/readme")), 0);
    loaded = folder_load();
    ck_assert_str_eq(folder_names(&loaded, true), "V1__x.sql linked/V2__y.sql linked/V3__z.sql");
    ck_assert_str_eq(loaded.items[0].sha256_hex, loaded.items[2].sha256_hex);
}
END_TEST

START_TEST(test_bad_links)
{
    folder_put("V1__x.sql", "");
    ck_assert_int_eq(symlink("nowhere", unit_path("m/V2__x.sql")), 0);
    check_load_fails(EXIT_USAGE, "is a broken symbolic link", "V2__x.sql");
    folder_drop("V2__x.sql");
    ck_assert_int_eq(symlink("V2__x.sql", unit_path("m/V2__x.sql")), 0);
    check_load_fails(EXIT_USAGE, "is a symbolic link in a loop", "V2__x.sql");
    folder_drop("V2__x.sql");
    ck_assert_int_eq(symlink("../m", unit_path("m/again")), 0);
    check_load_fails(EXIT_USAGE, "a loop", "again");
}
END_TEST

START_TEST(test_special_file)
{
    folder_put("V1__x.sql", "");
    ck_assert_int_eq(mkfifo(unit_path("m/V2__x.sql"), 0644), 0);
    check_load_fails(EXIT_USAGE, "is not a regular file", "V2__x.sql");
}
END_TEST

START_TEST(test_unreadable_file)
{
    if (geteuid() == 0) {
        printf("# skipped: root can read everything\n");
        return;
    }
    folder_put("V1__x.sql", "");
    ck_assert_int_eq(chmod(unit_path("m/V1__x.sql"), 0), 0);
    check_load_fails(EXIT_USAGE, "could not read", "V1__x.sql");
}
END_TEST

START_TEST(test_digests)
{
    MigrationFolder loaded;
    folder_put("V1__x.sql", "abc\r\ndef efg\nxyz");
    folder_put("V2__empty.SQL", "");
    loaded = folder_load();
    ck_assert_int_eq(loaded.items[0].checksum, 989464445);
    ck_assert_int_eq(loaded.items[0].checksum, migration_checksum("abc\ndef efg\nxyz", 15));
    ck_assert_int_ne(loaded.items[0].checksum, loaded.items[0].checksum_raw);
    ck_assert(loaded.has_carriage_returns);
    ck_assert_int_eq(loaded.items[1].checksum, 0);
    ck_assert_str_eq(loaded.items[1].sha256_hex,
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
END_TEST

START_TEST(test_encoding)
{
    folder_put("V1__x.sql", "select 1;\n-- \xe9t\xe9\n");
    check_load_fails(EXIT_USAGE, "is not valid UTF-8", "V1__x.sql");
    ck_assert_uint_eq(err.line, 2);
    ck_assert_uint_eq(err.column, 4);
    folder_put_bytes("V1__x.sql", "\xff\xfes\0e\0", 6);
    check_load_fails(EXIT_USAGE, "is not valid UTF-8", "V1__x.sql");
    ck_assert_ptr_nonnull(strstr(err.hint, "UTF-16"));
    folder_put("V1__x.sql", "");
    folder_put("V2__\xff.sql", "");
    check_load_fails(EXIT_USAGE, "is not valid UTF-8", NULL);
    folder_drop("V2__\xff.sql");
    folder_put("V2__a\nb.sql", "");
    check_load_fails(EXIT_USAGE, "control character", NULL);
}
END_TEST

START_TEST(test_directives)
{
    MigrationFolder loaded;
    folder_put("V1__x.sql", "-- atlas:txmode none\r\n\r\ncreate index concurrently i on t (x);");
    folder_put("V2__x.sql", "-- dbmig:txmode file\nselect 1;");
    folder_put("V3__x.sql", "-- TODO: drop atlas:txmode none\nselect 1;");
    folder_put("V4__x.sql", "-- dbmig:txmod none\nselect 1;");
    folder_put("V5__x.sql", "-- atlas:sum ignore\nselect 1;");
    loaded = folder_load();
    ck_assert_int_eq(loaded.items[0].tx_mode, TXMODE_NONE);
    ck_assert_int_eq(loaded.items[1].tx_mode, TXMODE_FILE);
    ck_assert_int_eq(loaded.items[2].tx_mode, TXMODE_DEFAULT);
    ck_assert(loaded.items[4].sum_ignored);
    ck_assert(loaded.sum[4].ignored);
    ck_assert_uint_eq(loaded.warnings.count, 2);
    ck_assert_ptr_nonnull(strstr(loaded.warnings.items[0], "V3__x.sql:1: \"atlas:txmode\""));
    ck_assert_ptr_nonnull(strstr(loaded.warnings.items[1], "did you mean txmode?"));
    folder_put("V6__x.sql", "\n-- dbmig:txmode sometimes\n");
    check_load_fails(EXIT_USAGE, "unknown txmode \"sometimes\"", NULL);
    ck_assert_uint_eq(err.line, 2);
}
END_TEST

START_TEST(test_script_config)
{
    MigrationFolder loaded;
    folder_put("V1__x.sql", "select 1;");
    folder_put("a/V2__x.sql", "select 1;");
    folder_put("a/V2__x.sql.conf", "executeInTransaction=false\nplaceholderReplacement=false\n");
    folder_put("V9__gone.sql.conf", "executeInTransaction=false\n");
    loaded = folder_load();
    ck_assert_int_eq(loaded.items[0].tx_mode, TXMODE_DEFAULT);
    ck_assert_int_eq(loaded.items[1].tx_mode, TXMODE_NONE);
    ck_assert(loaded.items[1].placeholder_replacement_off);
    ck_assert_uint_eq(loaded.sum_count, 3);
    ck_assert_str_eq(loaded.sum[2].name, "a/V2__x.sql.conf");
    ck_assert_ptr_null(loaded.sum[2].migration);
    ck_assert_uint_eq(loaded.warnings.count, 1);
    ck_assert_ptr_nonnull(strstr(loaded.warnings.items[0], "V9__gone.sql.conf: there is no such"));
    folder_put("V1__x.sql", "-- dbmig:txmode none\n");
    folder_put("V1__x.sql.conf", "executeInTransaction=true");
    check_load_fails(EXIT_USAGE, "contradicts the txmode directive", NULL);
    folder_put("V1__x.sql.conf", "executeInTransaction=perhaps");
    check_load_fails(EXIT_USAGE, "must be true or false", NULL);
    ck_assert_pstr_eq(err.file, unit_path("m/V1__x.sql.conf"));
}
END_TEST

START_TEST(test_doubts_are_warnings)
{
    MigrationFolder loaded;
    folder_put("V1_2_x.sql", "");
    folder_put("U5__x.sql", "");
    folder_put("afterMigrate.sql", "");
    loaded = folder_load();
    ck_assert_uint_eq(loaded.warnings.count, 3);
    ck_assert_uint_eq(loaded.callbacks.count, 1);
    ck_assert_str_eq(loaded.callbacks.items[0], "afterMigrate.sql");
    ck_assert_str_eq(folder_names(&loaded, true), "V1_2_x.sql");
}
END_TEST

static const char *new_name(const char *version, const char *description)
{
    MigrationFolder loaded = folder_load();
    char *name;
    ck_assert_ok(
        migration_new_name(arena, &loaded, version, description, "20260304050607", &name, &err));
    return name;
}

START_TEST(test_new_name)
{
    MigrationFolder loaded = folder_load();
    char *name;
    ck_assert_str_eq(new_name(NULL, "first thing"), "V1__first_thing.sql");
    ck_assert_str_eq(new_name("3.1", "x"), "V3.1__x.sql");
    ck_assert_fails(migration_new_name(arena, &loaded, "a", "x", "20260304050607", &name, &err),
                    EXIT_USAGE, "is not a version");
    folder_put("V001_old.sql", "");
    ck_assert_str_eq(new_name(NULL, "x"), "V002_x.sql");
    ck_assert_str_eq(new_name("1_2", "x"), "V1_2__x.sql");
    folder_put("V0_0_95__x.sql", "");
    folder_drop("V001_old.sql");
    ck_assert_str_eq(new_name(NULL, "x"), "V0_0_96__x.sql");
}
END_TEST

START_TEST(test_new_name_beside_callbacks)
{
    folder_put("beforeMigrate.sql", "");
    ck_assert_str_eq(new_name(NULL, "x"), "V1__x.sql");
}
END_TEST

START_TEST(test_new_name_in_plain_folder)
{
    folder_put("20230727105553_init.sql", "");
    ck_assert_str_eq(new_name(NULL, "add x"), "20260304050607_add_x.sql");
}
END_TEST

static char *read_all(const Migration *migration, size_t piece, size_t *ret_len)
{
    MigrationReader *reader;
    Buf buf = {0};
    char bytes[64];
    size_t len;
    ck_assert_ok(migration_open(arena, migration, &reader, &err));
    do {
        ck_assert_ok(migration_read(reader, bytes, piece, &len, &err));
        buf_add(&buf, bytes, len);
    } while (len > 0);
    migration_close(reader);
    *ret_len = buf.len;
    return buf_steal(&buf, arena);
}

START_TEST(test_reader)
{
    MigrationFolder loaded;
    MigrationReader *reader;
    size_t len;
    char bytes[64];
    folder_put("V1__x.sql", "select 1;\nselect 2;\n");
    loaded = folder_load();
    ck_assert_str_eq(read_all(&loaded.items[0], 7, &len), "select 1;\nselect 2;\n");
    ck_assert_uint_eq(len, 20);
    folder_put("V1__x.sql", "drop table t;");
    ck_assert_ok(migration_open(arena, &loaded.items[0], &reader, &err));
    ck_assert_ok(migration_read(reader, bytes, sizeof(bytes), &len, &err));
    ck_assert_fails(migration_read(reader, bytes, sizeof(bytes), &len, &err), EXIT_INTEGRITY,
                    "was changed while");
    migration_close(reader);
}
END_TEST

typedef struct Memory {
    const char *const (*files)[2];
    size_t count;
} Memory;

static bool memory_list(void *context, Arena *in, StringList *ret, Error *error)
{
    const Memory *memory = context;
    (void)error;
    for (size_t i = 0; i < memory->count; i++)
        VEC_PUSH(in, *ret, memory->files[i][0]);
    return true;
}

static bool memory_read(void *context, Arena *in, const char *name, Bytes *ret, Error *error)
{
    const Memory *memory = context;
    (void)in;
    for (size_t i = 0; i < memory->count; i++)
        if (strcmp(memory->files[i][0], name) == 0) {
            *ret = (Bytes){memory->files[i][1], strlen(memory->files[i][1])};
            return true;
        }
    return error_set(error, EXIT_USAGE, "no %s", name);
}

START_TEST(test_source)
{
    static const char *const files[][2] = {
        {"sub/V2__b.sql", "select 2;"},
        {"V1__a.sql", ""},
        {".hidden/V3__c.sql", ""},
        {"README", ""},
        {"V1__a.sql.conf", "executeInTransaction=false"},
    };
    Memory memory = {files, ARRAY_LENGTH(files)};
    FolderSource source = {memory_list, memory_read, &memory};
    MigrationFolder loaded;
    size_t len;
    ck_assert_ok(migration_load(arena, "not/on/disk", &source, &loaded, &err));
    ck_assert_str_eq(folder_names(&loaded, true), "V1__a.sql sub/V2__b.sql");
    ck_assert_int_eq(loaded.items[0].tx_mode, TXMODE_NONE);
    ck_assert_str_eq(read_all(&loaded.items[1], 4, &len), "select 2;");
    ck_assert_str_eq(read_all(&loaded.items[0], 4, &len), "");
}
END_TEST

START_TEST(test_large_file)
{
    MigrationFolder loaded;
    Buf big = {0};
    for (int i = 0; i < 200000; i++)
        buf_add_str(&big, "insert into t values ('größe');\n");
    folder_put_bytes("V1__big.sql", big.data, big.len);
    loaded = folder_load();
    ck_assert_uint_eq(loaded.items[0].size, big.len);
    ck_assert_int_eq(loaded.items[0].checksum, migration_checksum(big.data, big.len));
    buf_free(&big);
    ck_assert_uint_lt(arena_size(arena), 1000000);
}
END_TEST

/* "rank,version,description,type,script,checksum,…" as Flyway left it. */
static void check_history_row(const MigrationFolder *loaded, const char *line)
{
    StringList fields = {0};
    const Migration *item = NULL;
    text_split(arena, line, ',', &fields);
    ck_assert_uint_eq(fields.count, 8);
    for (size_t i = 0; i < loaded->run_count; i++)
        if (strcmp(loaded->run[i]->name, fields.items[4]) == 0)
            item = loaded->run[i];
    ck_assert_msg(item != NULL, "%s is not loaded", fields.items[4]);
    ck_assert_str_eq(item->version == NULL ? "NULL" : item->version, fields.items[1]);
    ck_assert_str_eq(item->description, fields.items[2]);
    ck_assert_str_eq(arena_printf(arena, "%d", item->checksum), fields.items[5]);
}

START_TEST(test_histories_of_flyway)
{
    static const char *const names[] = {"marquez", "odd-platform", "opencue"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char *dir, *csv;
        MigrationFolder loaded;
        Bytes text;
        StringList lines = {0};
        if (!corpora_find(arena, arena_printf(arena, "migrations/%s", names[i]), &dir) ||
            !corpora_find(
                arena,
                arena_printf(arena, "migrations/oracle/%s.flyway_schema_history.csv", names[i]),
                &csv))
            return;
        ck_assert_ok(migration_load(arena, dir, NULL, &loaded, &err));
        ck_assert_ok(file_read(arena, csv, &text, &err));
        text_split(arena, text.data, '\n', &lines);
        ck_assert_uint_eq(lines.count - 1, loaded.run_count);
        for (size_t row = 1; row < lines.count; row++)
            check_history_row(&loaded, lines.items[row]);
    }
}
END_TEST

UNIT_SUITE("migration", test_order, test_repeatables_have_two_orders, test_walk_order,
           test_plain_folder, test_plain_order_is_of_names, test_format_is_asked_for,
           test_folder_path, test_empty_and_missing_folder, test_misnamed, test_duplicates,
           test_down_file_is_no_migration, test_asked_format,
           test_marks_of_other_tools, test_no_marks, test_mark_over_pieces,
           test_directives_that_are_not_supported, test_only_folders_in_the_folder, test_version_length,
           test_folder_named_like_a_migration, test_links, test_bad_links, test_special_file,
           test_unreadable_file, test_digests, test_encoding, test_directives, test_script_config,
           test_doubts_are_warnings, test_new_name, test_new_name_beside_callbacks,
           test_new_name_in_plain_folder, test_reader, test_source, test_large_file,
           test_histories_of_flyway)
UNIT_MAIN(suite)
