#include "unit.h"

#include "dbmig/text/version.h"

#define NOW "20260304050607"

START_TEST(test_compare)
{
    static const char *const rising[] = {
        "0",
        "0.0.1",
        "0_0_2",
        "0.0.10",
        "1",
        "1.0.1",
        "1_81.2",
        "1_81_3",
        "01.82",
        "2_41_9",
        "2_41_10",
        "2.41.10.1",
        "3",
        "20240101120000",
        "99999999999999999999999999",
        "100000000000000000000000000",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rising); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(rising); j++) {
            int order = version_compare(rising[i], rising[j]);
            ck_assert_msg((order > 0) - (order < 0) == (i > j) - (i < j), "%s against %s: %d",
                          rising[i], rising[j], order);
        }
}
END_TEST

START_TEST(test_equal_versions)
{
    static const char *const one[] = {"1", "1.0", "001", "1_0_0", "01.00"};
    for (size_t i = 0; i < ARRAY_LENGTH(one); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(one); j++)
            ck_assert_int_eq(version_compare(one[i], one[j]), 0);
    ck_assert_int_eq(version_compare("0", "0.0"), 0);
}
END_TEST

START_TEST(test_valid)
{
    static const char *const good[] = {"0", "1", "001", "1.2", "1_2.3", "20240101120000"};
    static const char *const bad[] = {"",     ".",  "1.", "_1",  "1..2", "1__2",
                                      "1._2", "1a", "a",  "1 2", "-1"};
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
        ck_assert_msg(version_valid(good[i]), "%s", good[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        ck_assert_msg(!version_valid(bad[i]), "%s", bad[i]);
}
END_TEST

typedef struct NameCase {
    const char *name;
    NameVerdict verdict;
    MigrationKind kind;
    const char *version;
    const char *raw;
    const char *description;
    bool doubted;
} NameCase;

static void check_name(const NameCase *expected, bool plain)
{
    MigrationName got;
    const char *reason;
    NameVerdict verdict = version_parse_name(arena, expected->name, plain, &got, &reason);
    ck_assert_msg(verdict == expected->verdict, "%s: verdict %d", expected->name, (int)verdict);
    if (verdict == NAME_MISNAMED)
        ck_assert_ptr_nonnull(reason);
    if (verdict != NAME_MIGRATION)
        return;
    ck_assert_msg(got.kind == expected->kind, "%s: kind", expected->name);
    ck_assert_pstr_eq(got.version, expected->version);
    ck_assert_pstr_eq(got.raw_version, expected->raw);
    ck_assert_str_eq(got.description, expected->description);
    ck_assert_msg((reason != NULL) == expected->doubted, "%s: doubt", expected->name);
}

START_TEST(test_flyway_names)
{
    static const NameCase cases[] = {
        {"V1__init.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "1", "1", "init", false},
        {"V1__add_a_column.SQL", NAME_MIGRATION, MIGRATION_VERSIONED, "1", "1", "add a column",
         false},
        {"V0_0_10__x__y.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "0.0.10", "0_0_10", "x  y",
         false},
        {"V1_81.2__x.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "1.81.2", "1_81.2", "x", false},
        {"V001__.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "001", "001", "", false},
        {"V12.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "12", "12", "", false},
        {"V1_2.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "1.2", "1_2", "", false},
        {"V1_init.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "1", "1", "init", false},
        {"V2.1_foo_bar.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "2.1", "2.1", "foo bar", false},
        {"V1_2_foo.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "1", "1", "2 foo", true},
        {"V1___x.sql", NAME_MIGRATION, MIGRATION_VERSIONED, "1", "1", " x", false},
        {"U1.5__x.sql", NAME_MIGRATION, MIGRATION_UNDO, "1.5", "1.5", "x", false},
        {"B20__x.sql", NAME_MIGRATION, MIGRATION_BASELINE, "20", "20", "x", false},
        {"R__views.sql", NAME_MIGRATION, MIGRATION_REPEATABLE, NULL, NULL, "views", false},
        {"beforeMigrate.sql", NAME_CALLBACK, 0, NULL, NULL, NULL, false},
        {"afterEachMigrate__vacuum.sql", NAME_CALLBACK, 0, NULL, NULL, NULL, false},
        {"readme.md", NAME_OTHER, 0, NULL, NULL, NULL, false},
        {"V1__x.sql.conf", NAME_OTHER, 0, NULL, NULL, NULL, false},
        {"V1__x.sql~", NAME_OTHER, 0, NULL, NULL, NULL, false},
        {".sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"v1__x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"V__x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"V.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"V1-x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"V1..2__x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"Views.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"R1__x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"R_x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"R__.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"20240101_x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        check_name(&cases[i], false);
}
END_TEST

START_TEST(test_plain_names)
{
    static const NameCase cases[] = {
        {"20230727105553_init.sql", NAME_MIGRATION, MIGRATION_PLAIN, "20230727105553",
         "20230727105553", "init", false},
        {"1.sql", NAME_MIGRATION, MIGRATION_PLAIN, "1", "1", "", false},
        {"1.2_a_b.sql", NAME_MIGRATION, MIGRATION_PLAIN, "1.2", "1.2", "a b", false},
        {"1_destructive-change.sql", NAME_MIGRATION, MIGRATION_PLAIN, "1", "1",
         "destructive-change", false},
        {"init.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"1a_x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
        {"_x.sql", NAME_MISNAMED, 0, NULL, NULL, NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        check_name(&cases[i], true);
}
END_TEST

START_TEST(test_suggestions)
{
    static const char *const cases[][2] = {
        {"v1__x.sql", "V1__x.sql"},
        {"V1-x.sql", "V1__x.sql"},
        {"V1.2 add users.sql", "V1.2__add users.sql"},
        {"20240101_x.sql", "V20240101__x.sql"},
        {"x.sql", "V<version>__x.sql"},
        {"views.sql", "V<version>__views.sql"},
        {"V__x.sql", "V<version>__x.sql"},
        {"V1..2__x.sql", "V<version>__x.sql"},
        {"R_x.sql", "R__x.sql"},
        {"R1__x.sql", "R__x.sql"},
        {"u7_x.SQL", "U7__x.sql"},
        {".sql", "V<version>__<description>.sql"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        ck_assert_str_eq(version_suggest_name(arena, cases[i][0]), cases[i][1]);
}
END_TEST

static const char *next_of(const char *const *versions, size_t count)
{
    return version_next(arena, versions, count, NOW);
}

#define NEXT(...)                                                                                  \
    next_of((const char *const[]){__VA_ARGS__}, ARRAY_LENGTH(((const char *const[]){__VA_ARGS__})))

START_TEST(test_next)
{
    ck_assert_str_eq(version_next(arena, NULL, 0, NOW), "1");
    ck_assert_str_eq(NEXT("1", "2"), "3");
    ck_assert_str_eq(NEXT("1", "10", "9"), "11");
    ck_assert_str_eq(NEXT("001"), "002");
    ck_assert_str_eq(NEXT("009"), "010");
    ck_assert_str_eq(NEXT("999"), "1000");
    ck_assert_str_eq(NEXT("0_0_94", "0_0_95"), "0_0_96");
    ck_assert_str_eq(NEXT("0.0.9"), "0.0.10");
    ck_assert_str_eq(NEXT("43", "44", "44.1"), "45");
    ck_assert_str_eq(NEXT("1.1", "1.2", "2"), "3");
    ck_assert_str_eq(NEXT("5.1"), "5.2");
    ck_assert_str_eq(NEXT("1", "50", "60"), "61");
    ck_assert_str_eq(NEXT("99999999999999999999"), "100000000000000000000");
}
END_TEST

START_TEST(test_next_timestamp)
{
    ck_assert_str_eq(NEXT("20240101120000"), NOW);
    ck_assert_str_eq(NEXT("202401011200"), "202603040506");
    ck_assert_str_eq(NEXT("20240101"), "20260304");
    ck_assert_str_eq(NEXT("2024.01.01.1200"), "2026.03.04.0506");
    ck_assert_str_eq(NEXT("2024_01_01_120000"), "2026_03_04_050607");
    /* made in the future, or in this very second */
    ck_assert_str_eq(NEXT(NOW), "20260304050608");
    ck_assert_str_eq(NEXT("20260304"), "20260305");
    ck_assert_str_eq(NEXT("20990101000000"), "20990101000001");
    ck_assert_str_eq(NEXT("20240101.2"), "20260304.1");
    ck_assert_str_eq(NEXT("20240101_02"), "20260304_01");
    ck_assert_str_eq(NEXT("20260304.2"), "20260304.3");
    /* no points in time */
    ck_assert_str_eq(NEXT("20249901"), "20249902");
    ck_assert_str_eq(NEXT("10000000"), "10000001");
}
END_TEST

START_TEST(test_slug)
{
    char *slug;
    ck_assert_ok(version_slug(arena, " add email\tto users.sql ", &slug, &err));
    ck_assert_str_eq(slug, "add_email_to_users");
    ck_assert_ok(version_slug(arena, "größe", &slug, &err));
    ck_assert_str_eq(slug, "größe");
}
END_TEST

START_TEST(test_slug_refuses)
{
    static const char *const bad[] = {"",     "  ",      ".sql", "a/b", "a\\b",
                                      "a\nb", ".hidden", "__x",  "a:b", "\xff"};
    char *slug, long_name[202];
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        ck_assert_fails(version_slug(arena, bad[i], &slug, &err), EXIT_USAGE, "file name");
    memset(long_name, 'x', 201);
    long_name[201] = '\0';
    ck_assert_fails(version_slug(arena, long_name, &slug, &err), EXIT_USAGE, "200 bytes");
}
END_TEST

UNIT_SUITE("version", test_compare, test_equal_versions, test_valid, test_flyway_names,
           test_plain_names, test_suggestions, test_next, test_next_timestamp, test_slug,
           test_slug_refuses)
UNIT_MAIN(suite)
