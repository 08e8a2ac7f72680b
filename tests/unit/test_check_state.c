/* What a check remembers, and when it must not be believed. */
#include "unit.h"

#include "dbmig/check/check.h"

static const char *path;

static CheckState sample(void)
{
    CheckState state = {.key = "k", .when = "2026-01-02 03:04:05Z", .sum = "h1:x", .files = 12};
    const Finding full = {.code = "DM001",
                          .name = "a-rule",
                          .severity = SEVERITY_WARNING,
                          .file = "m/V1__a.sql",
                          .line = 3,
                          .column = 7,
                          .message = "no\nway:",
                          .why = "w",
                          .fix = "",
                          .evidence = "5:x\n",
                          .excerpt = "  ^"};
    const Finding bare = {.code = "drift", .severity = SEVERITY_ERROR, .message = "m"};
    VEC_PUSH(arena, state.findings, full);
    VEC_PUSH(arena, state.findings, bare);
    VEC_PUSH(arena, state.roles, "app user");
    return state;
}

static void write_sample(void)
{
    CheckState state = sample();
    path = unit_path("check/state");
    ck_assert_ok(check_state_write(path, &state, &err));
}

START_TEST(test_round_trip)
{
    CheckState wanted = sample(), got;
    write_sample();
    ck_assert(check_state_read(arena, path, &got));
    ck_assert_str_eq(got.key, wanted.key);
    ck_assert_str_eq(got.when, wanted.when);
    ck_assert_str_eq(got.sum, wanted.sum);
    ck_assert_uint_eq(got.files, 12);
    ck_assert_uint_eq(got.roles.count, 1);
    ck_assert_str_eq(got.roles.items[0], "app user");
    ck_assert_uint_eq(got.findings.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const Finding *a = &wanted.findings.items[i], *b = &got.findings.items[i];
        ck_assert_int_eq(a->severity, b->severity);
        ck_assert_uint_eq(a->line, b->line);
        ck_assert_uint_eq(a->column, b->column);
        ck_assert_str_eq(a->code, b->code);
        ck_assert_pstr_eq(a->name, b->name);
        ck_assert_pstr_eq(a->file, b->file);
        ck_assert_str_eq(a->message, b->message);
        ck_assert_pstr_eq(a->why, b->why);
        ck_assert_pstr_eq(a->fix, b->fix);
        ck_assert_pstr_eq(a->evidence, b->evidence);
        ck_assert_pstr_eq(a->excerpt, b->excerpt);
    }
}
END_TEST

/* Whatever a disk or a hand did to the file: it is as if there were none. */
START_TEST(test_damaged)
{
    CheckState got;
    Bytes whole;
    write_sample();
    ck_assert_ok(file_read(arena, path, &whole, &err));
    for (size_t len = 0; len < whole.len; len++) {
        ck_assert_ok(file_write_atomic(path, whole.data, len, 0600, &err));
        ck_assert_msg(!check_state_read(arena, path, &got), "cut at %zu", len);
    }
    for (size_t at = 0; at < whole.len; at++) {
        char *bytes = arena_memdup(arena, whole.data, whole.len);
        bytes[at] = bytes[at] == '9' ? '8' : '9';
        ck_assert_ok(file_write_atomic(path, bytes, whole.len, 0600, &err));
        check_state_read(arena, path, &got); /* may be read; must not crash */
    }
    static const char huge[] = "13:dbmig check 1\n99999999999999999999:x\n";
    ck_assert_ok(file_write_atomic(path, huge, strlen(huge), 0600, &err));
    ck_assert(!check_state_read(arena, path, &got));
    ck_assert(!check_state_read(arena, unit_path("nowhere"), &got));
    ck_assert(!check_state_read(arena, folder, &got));
}
END_TEST

/* ---- the key ---- */

static char *key_of(const CheckOptions *options)
{
    MigrationFolder loaded;
    char *key;
    ck_assert_ok(migration_load(arena, options->dir, NULL, &loaded, &err));
    ck_assert_ok(check_key(arena, &loaded, options, &key, &err));
    return key;
}

static void put(const char *name, const char *content)
{
    ck_assert_ok(file_write_atomic(unit_path(name), content, strlen(content), 0644, &err));
}

START_TEST(test_key)
{
    StringList init = {0}, values = {0};
    VEC_PUSH(arena, init, unit_path("init"));
    VEC_PUSH(arena, values, "a=b");
    put("V1__a.sql", "-- atlas:sum ignore\nSELECT 1;\n");
    put("init", "SELECT 1");
    const CheckOptions base = {
        .dir = folder, .settings = "s", .replay = {.dev_url = "embedded://"}};
    CheckOptions other[6];
    for (size_t i = 0; i < ARRAY_LENGTH(other); i++)
        other[i] = base;
    other[0].settings = "t";
    other[1].replay.dev_url = NULL;
    other[2].replay.init_sql = &init;
    other[3].replay.placeholder_values = &values;
    other[4].replay.placeholders = true;
    other[5].replay.tx_mode = TXMODE_ALL;
    char *key = key_of(&base);
    ck_assert_str_eq(key, key_of(&base));
    for (size_t i = 0; i < ARRAY_LENGTH(other); i++)
        ck_assert_msg(strcmp(key, key_of(&other[i])) != 0, "setting %zu", i);
    char *with_init = key_of(&other[2]);
    put("init", "SELECT 2");
    ck_assert_str_ne(with_init, key_of(&other[2]));
    put("V1__a.sql", "-- atlas:sum ignore\nSELECT 2;\n");
    ck_assert_str_ne(key, key_of(&base));
    put("V1__a.sql", "-- atlas:sum ignore\nSELECT 1;\n");
    ck_assert_str_eq(key, key_of(&base));
    put("V1__a.sql.conf", "executeInTransaction=false\n");
    ck_assert_str_ne(key, key_of(&base));
}
END_TEST

UNIT_SUITE("check_state", test_round_trip, test_damaged, test_key)
UNIT_MAIN(suite)
