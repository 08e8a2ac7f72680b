/*
 * HCL: tests/golden/hcl/NAME.hcl evaluates to what NAME.out lists (GOLDEN_UPDATE=1 writes the
 * listings anew); what is wrong is refused at its place.
 */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/text/hcl.h"

#define GOLDEN_FOLDER "tests/golden/hcl"

/* Names of the tests: known.<word> is the word, known.object has members. */
static bool look_up(HclScope *scope, Arena *memory, const char *const *path, size_t count,
                    size_t *ret_used, HclValue **ret, Error *ret_err)
{
    (void)scope;
    if (strcmp(path[0], "known") != 0 || count < 2)
        return error_set(ret_err, EXIT_USAGE, "unknown name \"%s\"", path[0]);
    *ret_used = 2;
    *ret = hcl_new_string(memory, path[1]);
    if (strcmp(path[1], "object") == 0)
        return hcl_from_json(memory, "{\"a\": {\"b c\": [10, 20]}}", ret, ret_err);
    return true;
}

static HclScope test_scope = {.lookup = look_up};

static void list_attribute(Buf *out, const HclAttribute *attribute, int indent)
{
    HclValue *value;
    HclValue *json;
    if (hcl_evaluate(arena, attribute->expr, &test_scope, &value, &err)) {
        ck_assert_ok(hcl_call(arena, "jsonencode", &value, 1, &json, &err));
        buf_printf(out, "%*s%s = %s\n", indent, "", attribute->name, json->string);
        return;
    }
    buf_printf(out, "%*s%s: error at %zu:%zu: %s\n", indent, "", attribute->name, err.line,
               err.column, err.primary);
    error_clear(&err);
}

static void list_body(Buf *out, const HclBody *body, int indent)
{
    for (size_t i = 0; i < body->attributes.count; i++)
        list_attribute(out, &body->attributes.items[i], indent);
    for (size_t i = 0; i < body->blocks.count; i++) {
        const HclBlock *block = body->blocks.items[i];
        buf_printf(out, "%*s%s", indent, "", block->type);
        for (size_t k = 0; k < block->labels.count; k++)
            buf_printf(out, " \"%s\"", block->labels.items[k]);
        buf_add_str(out, ":\n");
        list_body(out, &block->body, indent + 2);
    }
}

static char *list_file(const char *name, const char *text, size_t len)
{
    HclBody body;
    Buf out = {0};
    if (hcl_parse(arena, name, text, len, &body, &err))
        list_body(&out, &body, 0);
    else
        buf_printf(&out, "error at %zu:%zu: %s\n", err.line, err.column, err.primary);
    return buf_steal(&out, arena);
}

static void check_case(const char *name)
{
    Bytes content;
    Bytes expected;
    const char *path = file_join(arena, GOLDEN_FOLDER, name);
    size_t stem = strlen(path) - strlen(".hcl");
    const char *out_path = arena_printf(arena, "%.*s.out", (int)stem, path);
    ck_assert_ok(file_read(arena, path, &content, &err));
    char *listed = list_file(name, content.data, content.len);
    if (getenv("GOLDEN_UPDATE") != NULL)
        ck_assert_ok(file_write_atomic(out_path, listed, strlen(listed), 0644, &err));
    ck_assert_ok(file_read(arena, out_path, &expected, &err));
    ck_assert_msg(strcmp(listed, expected.data) == 0, "%s evaluates to:\n%s", name, listed);
}

START_TEST(test_golden_cases)
{
    StringList names = {0};
    size_t cases = 0;
    ck_assert_ok(file_list(arena, GOLDEN_FOLDER, &names, &err));
    for (size_t i = 0; i < names.count; i++) {
        if (!text_ends(names.items[i], ".hcl"))
            continue;
        check_case(names.items[i]);
        cases++;
    }
    ck_assert_uint_gt(cases, 0);
}
END_TEST

static const struct {
    const char *text;
    size_t line, column;
    const char *message;
} wrong[] = {
    {"a", 1, 2, "expected \"=\" or \"{\" after \"a\", found the end of the file"},
    {"a =", 1, 4, "expected a value, found the end of the file"},
    {"a = \n1", 1, 5, "expected a value, found the end of the line"},
    {"\na = 1\na = 2", 3, 1, "\"a\" is set twice, first on line 2"},
    {"a = \"x", 1, 5, "the string opened here is never closed"},
    {"a = \"x\ny\"", 1, 5, "the string opened here is not closed on its line"},
    {"a = \"\\q\"", 1, 6, "unknown escape in a string"},
    {"a = \"\\u12\"", 1, 6, "expected 4 hexadecimal digits after \"\\u\""},
    {"a = \"\\u0000\"", 1, 6, "there is no character U+0000"},
    {"a = \"${1\"", 1, 9, "expected \"}\" to close the interpolation, found a string"},
    {"a = <<X\nb\n", 1, 5, "the text opened here has no line \"X\" that closes it"},
    {"a = <<\n", 1, 5, "expected a name and the end of the line after \"<<\""},
    {"/* a", 1, 1, "the comment opened here is never closed"},
    {"a = [1, 2", 1, 10, "expected \",\" or \"]\" in the list, found the end of the file"},
    {"a = [1 2]", 1, 8, "expected \",\" or \"]\" in the list, found \"2\""},
    {"a = { b }", 1, 9, "expected \"=\" or \":\" after the key, found \"}\""},
    {"a = { b = 1 c = 2 }", 1, 13, "expected \",\", the end of the line or \"}\""},
    {"a = f(1", 1, 8, "expected \",\" or \")\" in the arguments"},
    {"a = (1", 1, 7, "expected \")\" to close the parenthesis"},
    {"a = b[*].c", 1, 7, "\"*\" after a value is not supported"},
    {"a = b.*.c", 1, 7, "\"*\" after a value is not supported"},
    {"a = [for x of y : x]", 1, 12, "expected \"in\" in the for expression, found \"of\""},
    {"a = {for x in y : x => x...}", 1, 25, "grouping with \"...\" is not supported"},
    {"a = \"%{ if true }x\"", 1, 6, "\"%{ if }\" is never closed"},
    {"a = \"%{ endif }\"", 1, 16, "without its beginning"},
    {"a = \"%{ while x }\"", 1, 9, "expected if, else, endif, for or endfor after \"%{\""},
    {"b {", 1, 4, "expected a name or \"}\", found the end of the file"},
    {"b \"${x}\" {}", 1, 3, "a label cannot have ${} in it"},
    {"b c = 1", 1, 5, "expected \"{\" after \"b\", found \"=\""},
    {"}", 1, 1, "expected a name, found \"}\""},
    {"a = 1 $", 1, 7, "unexpected character \"$\""},
    {"\xc3\xa4 = \"\xc3\xa4\" \xff", 1, 9, "the byte 0xff is no part of a UTF-8 text"},
    {"a = 1e999", 1, 5, "the number is too large"},
};

START_TEST(test_wrong_syntax_is_placed)
{
    HclBody body;
    const char *text = wrong[_i].text;
    ck_assert_msg(!hcl_parse(arena, "f.hcl", text, strlen(text), &body, &err), "%s", text);
    ck_assert_int_eq(err.code, EXIT_USAGE);
    ck_assert_str_eq(err.file, "f.hcl");
    ck_assert_msg(strstr(err.primary, wrong[_i].message) != NULL, "%s: %s", text, err.primary);
    ck_assert_msg(err.line == wrong[_i].line && err.column == wrong[_i].column, "%s: at %zu:%zu",
                  text, err.line, err.column);
}
END_TEST

static void check_too_deep(const char *start, const char *open, const char *middle,
                           const char *close)
{
    Buf text = {0};
    HclBody body;
    buf_add_str(&text, start);
    for (int i = 0; i < 100000; i++)
        buf_add_str(&text, open);
    buf_add_str(&text, middle);
    for (int i = 0; i < 100000; i++)
        buf_add_str(&text, close);
    ck_assert_fails(hcl_parse(arena, "f", text.data, text.len, &body, &err), EXIT_USAGE,
                    "nested more than 100 levels deep");
    error_clear(&err);
    buf_free(&text);
}

START_TEST(test_hostile_nesting_is_refused)
{
    check_too_deep("a = ", "[", "1", "]");
    check_too_deep("a = ", "(", "1", ")");
    check_too_deep("a = ", "{a=", "1", "}");
    check_too_deep("a = ", "!", "true", "");
    check_too_deep("a = ", "\"${", "1", "}\"");
    check_too_deep("a = ", "f(", "1", ")");
    check_too_deep("a = 1", "+1", "", "");
    check_too_deep("a = b", ".c", "", "");
    check_too_deep("a = b", "[0]", "", "");
    check_too_deep("a = ", "true?1:", "1", "");
    check_too_deep("", "a {", "", "}");
    check_too_deep("a = \"", "%{ if true }", "", "%{ endif }");
}
END_TEST

START_TEST(test_json_is_read_as_values)
{
    static const char *const good[] = {"{}", "[]", "[1,-2.5,3e2]",
                                       "{\"a\":{\"b\":[null,true,false]}}", "\"\xc3\xa4\\n\""};
    static const char *const bad[] = {"",        "{",   "[1,]", "{\"a\" 1}", "tru", "01x",
                                      "\"\\q\"", "\"a", "1 2",  "{1:2}",     "+1",  "\"\\u0000\""};
    HclValue *value;
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
        ck_assert_ok(hcl_from_json(arena, good[i], &value, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        ck_assert_msg(!hcl_from_json(arena, bad[i], &value, &err), "%s", bad[i]);
        ck_assert_int_eq(err.code, EXIT_USAGE);
    }
    ck_assert_ok(hcl_from_json(arena, "\"\\u00e4\\ud83d\\ude00\\ud800x\"", &value, &err));
    ck_assert_str_eq(value->string, "\xc3\xa4\xf0\x9f\x98\x80\xef\xbf\xbdx");
}
END_TEST

/* The example of the project must be one that its own parser takes. */
START_TEST(test_example_parses)
{
    Bytes content;
    HclBody body;
    ck_assert_ok(file_read(arena, "atlas.hcl.example", &content, &err));
    ck_assert_ok(hcl_parse(arena, "atlas.hcl.example", content.data, content.len, &body, &err));
}
END_TEST

static Suite *suite(void)
{
    const TTest *const tests[] = {test_golden_cases, test_hostile_nesting_is_refused,
                                  test_json_is_read_as_values, test_example_parses};
    Suite *all = unit_suite("hcl", tests, ARRAY_LENGTH(tests));
    TCase *syntax = tcase_create("syntax");
    tcase_add_checked_fixture(syntax, unit_set_up, unit_tear_down);
    tcase_add_loop_test(syntax, test_wrong_syntax_is_placed, 0, (int)ARRAY_LENGTH(wrong));
    suite_add_tcase(all, syntax);
    return all;
}

UNIT_MAIN(suite)
