/*
 * Patching of YAML and JSON: tests/golden/template/NAME.in becomes NAME.out (NAME.options says
 * which property; MigrationHash where there is none). tests/integration/template.sh reads the same
 * cases through the program and an independent YAML reader.
 */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/text/yamlpatch.h"

#define GOLDEN_FOLDER "tests/golden/template"
#define HASH "hnQZfRcN6sV+y+0YePtkLazMy+Ty3lhyGv69ixeYoXc="

/* The text between quotes behind `key = `, or NULL. */
static const char *option_of(const char *options, const char *key)
{
    const char *at = strstr(options, arena_printf(arena, "%s = \"", key));
    if (at == NULL)
        return NULL;
    at = strchr(at, '"') + 1;
    return arena_strndup(arena, at, strcspn(at, "\""));
}

static bool patch(const char *text, size_t len, const char *property, const char *resource,
                  Bytes *ret)
{
    YamlPlace place;
    return yamlpatch_find(arena, "t.yaml", text, len, property, resource, &place, &err) &&
           yamlpatch_replace(arena, "t.yaml", text, len, &place, HASH, ret, &err);
}

static Bytes read_golden(const char *name, const char *suffix)
{
    Bytes content = {"", 0};
    const char *path = arena_printf(arena, "%s/%s%s", GOLDEN_FOLDER, name, suffix);
    if (strcmp(suffix, ".options") != 0 || file_kind(path) == FILE_REGULAR)
        ck_assert_ok(file_read(arena, path, &content, &err));
    return content;
}

static void check_case(const char *name)
{
    Bytes in = read_golden(name, ".in"), wanted = read_golden(name, ".out"), got, again;
    const char *options = read_golden(name, ".options").data;
    const char *property = option_of(options, "property"),
               *resource = option_of(options, "resource");
    YamlPlace place;
    if (property == NULL)
        property = "MigrationHash";
    ck_assert_msg(patch(in.data, in.len, property, resource, &got), "%s: %s", name, unit_error());
    ck_assert_msg(got.len == wanted.len && memcmp(got.data, wanted.data, got.len) == 0,
                  "%s gives:\n%s", name, got.data);
    ck_assert_ok(yamlpatch_find(arena, name, got.data, got.len, property, resource, &place, &err));
    ck_assert_str_eq(place.value, HASH);
    ck_assert_ok(patch(got.data, got.len, property, resource, &again));
    ck_assert(again.len == got.len && memcmp(again.data, got.data, got.len) == 0);
}

START_TEST(test_golden_cases)
{
    StringList names = {0};
    size_t cases = 0;
    ck_assert_ok(file_list(arena, GOLDEN_FOLDER, &names, &err));
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        if (!text_ends(name, ".in"))
            continue;
        check_case(arena_strndup(arena, name, strlen(name) - strlen(".in")));
        cases++;
    }
    ck_assert_uint_ge(cases, 40);
}
END_TEST

START_TEST(test_place)
{
    const char *text = "a: 1\nüü: {ö: \"x\", Hash: !!str &x \"old\"}\n";
    YamlPlace place;
    ck_assert_ok(yamlpatch_find(arena, "f", text, strlen(text), "Hash", NULL, &place, &err));
    ck_assert_str_eq(place.path, "üü.Hash");
    ck_assert_str_eq(place.value, "old");
    ck_assert_uint_eq(place.line, 2);
    ck_assert_uint_eq(place.column, 29);
    ck_assert_int_eq(place.style, YAML_STYLE_DOUBLE);
    ck_assert_str_eq(arena_strndup(arena, text + place.start, place.end - place.start), "\"old\"");
}
END_TEST

/* What a block scalar cannot say exactly becomes a quoted one; nothing else moves. */
START_TEST(test_block_scalars)
{
    static const char *const cases[][2] = {
        {"a: 1\nHash: |\n  old\nb: 2\n", "a: 1\nHash: \"" HASH "\"\nb: 2\n"},
        {"Hash: |+ # why\n  old\n\n\nb: 2\n", "Hash: \"" HASH "\" # why\n\n\nb: 2\n"},
        {"Hash: >-\n  old\n  older\n\n# c\n", "Hash: \"" HASH "\"\n\n# c\n"},
        {"Hash: |2-\n    old\nb: 2\n", "Hash: \"" HASH "\"\nb: 2\n"},
        {"Hash: |-\nb: 2\n", "Hash: \"" HASH "\"\nb: 2\n"},
        {"Hash: |-\n\n  old\nb: 2\n", NULL},
        {"Hash: !!str |-\n  old", "Hash: !!str |-\n  " HASH},
        {"Hash: |\r\n  old\r\nb: 2\r\n", "Hash: \"" HASH "\"\r\nb: 2\r\n"},
        {"Hash: \"old\n  older\" # c\nb: 2\n", "Hash: \"" HASH "\" # c\nb: 2\n"},
        {"Hash: old\n  older\nb: 2\n", "Hash: " HASH "\nb: 2\n"},
        {"Hash: old \t \nb: 2\n", "Hash: " HASH " \t \nb: 2\n"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Bytes got;
        bool done = patch(cases[i][0], strlen(cases[i][0]), "Hash", NULL, &got);
        if (cases[i][1] == NULL) {
            ck_assert_msg(!done, "case %zu", i);
            ck_assert_ptr_nonnull(strstr(err.primary, "without changing something else"));
            continue;
        }
        ck_assert_msg(done, "case %zu: %s", i, unit_error());
        ck_assert_str_eq(got.data, cases[i][1]);
    }
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text, *property, *resource, *message;
        size_t line, column;
    } cases[] = {
        {"a: 1\n", "Hash", NULL, "no property \"Hash\"", 0, 0},
        {"", "Hash", NULL, "no property \"Hash\"", 0, 0},
        {"Hash: 1\n", "ash", NULL, "no property", 0, 0},
        {"a: {Hash: 1}\n", "Hash", "b", "below \"b\"", 0, 0},
        {"Hash: {a: 1}\n", "Hash", NULL, "not a single value", 1, 7},
        {"Hash: [1]\n", "Hash", NULL, "not a single value", 1, 7},
        {"Hash: !Ref x\n", "Hash", NULL, "comes from elsewhere: !Ref", 1, 7},
        {"Hash: !!int 1\n", "Hash", NULL, "comes from elsewhere", 1, 7},
        {"a: &x y\nHash: *x\n", "Hash", NULL, "comes from elsewhere: *x", 2, 7},
        {"a: {Hash: 1}\nb: {Hash: 2}\n", "Hash", NULL, "more than one", 1, 11},
        {"Hash: 1\nHash: 2\n", "Hash", NULL, "more than one", 1, 7},
        {"{Hash}\n", "Hash", NULL, "has no value yet", 1, 6},
        {"Hash: &x\nb: 1\n", "Hash", NULL, "has no value yet", 1, 7},
        {"? Hash\nb: 1\n", "Hash", NULL, "has no value yet", 2, 1},
        {"a: \"b\n", "Hash", NULL, "cannot be read as YAML", 2, 1},
        {"a: b: c\n", "Hash", NULL, "cannot be read as YAML", 1, 5},
        {"a: *unknown\n\tb: 1", "Hash", NULL, "cannot be read as YAML", 2, 1},
        {"ü: \xff\n", "Hash", NULL, "not valid UTF-8", 1, 4},
        {"a: \x01\n", "Hash", NULL, "cannot be read as YAML", 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        YamlPlace place;
        bool found = yamlpatch_find(arena, "f.yaml", cases[i].text, strlen(cases[i].text),
                                    cases[i].property, cases[i].resource, &place, &err);
        ck_assert_msg(!found, "case %zu", i);
        ck_assert_int_eq(err.code, EXIT_USAGE);
        ck_assert_msg(strstr(err.primary, cases[i].message) != NULL, "case %zu: %s", i,
                      err.primary);
        ck_assert_msg(err.line == cases[i].line && err.column == cases[i].column,
                      "case %zu is placed at %zu:%zu", i, err.line, err.column);
    }
}
END_TEST

/* The whole path wins over the end of a longer one; keys may have dots. */
START_TEST(test_paths)
{
    const char *text = "Hash: top\na:\n  Hash: inner\n  b.c/d: dotted\nl: [x, {Hash: item}]\n";
    static const char *const cases[][3] = {
        {"Hash", NULL, "top"},       {"a.Hash", NULL, "inner"},  {"b.c/d", NULL, "dotted"},
        {"a.b.c/d", NULL, "dotted"}, {"l.1.Hash", NULL, "item"}, {"l.0", NULL, "x"},
        {"Hash", "a", "inner"},      {"Hash", "l.1", "item"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        YamlPlace place;
        ck_assert_ok(
            yamlpatch_find(arena, "f", text, strlen(text), cases[i][0], cases[i][1], &place, &err));
        ck_assert_str_eq(place.value, cases[i][2]);
    }
}
END_TEST

START_TEST(test_values)
{
    const char *text = "Hash: old\n";
    static const char *const bad[] = {"a b", "a\"b", "a'b", "a\\b", "ü", "a\nb"};
    YamlPlace place;
    Bytes got;
    ck_assert_ok(yamlpatch_find(arena, "f", text, strlen(text), "Hash", NULL, &place, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        ck_assert_fails(
            yamlpatch_replace(arena, "f", text, strlen(text), &place, bad[i], &got, &err),
            EXIT_USAGE, "cannot be written");
    ck_assert_ok(yamlpatch_replace(arena, "f", text, strlen(text), &place, "123", &got, &err));
    ck_assert_str_eq(got.data, "Hash: \"123\"\n");
    ck_assert_ok(yamlpatch_replace(arena, "f", text, strlen(text), &place, "-=", &got, &err));
    ck_assert_str_eq(got.data, "Hash: \"-=\"\n");
}
END_TEST

START_TEST(test_large_and_deep)
{
    Buf text = {0};
    Bytes got;
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "k%d: {ü: [1, \"ö\", {a: b}]} # 😀\n", i);
    buf_add_str(&text, "Hash: old\n");
    ck_assert_ok(patch(text.data, text.len, "Hash", NULL, &got));
    ck_assert(text_ends(got.data, "\nHash: " HASH "\n"));
    buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    ck_assert_fails(patch(text.data, text.len, "Hash", NULL, &got), EXIT_USAGE, "nested more than");
    buf_free(&text);
}
END_TEST

UNIT_SUITE("yamlpatch", test_golden_cases, test_place, test_block_scalars, test_refused, test_paths,
           test_values, test_large_and_deep)
UNIT_MAIN(suite)
