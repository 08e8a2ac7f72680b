/* Directives in comments. */
#include "dbmig/text/directive.h"

#include "unit.h"

/* The directives found: "name(args)@line", with "atlas " or "not " before. */
static const char *listed(const DirectiveList *list)
{
    Buf out = {0};
    for (size_t i = 0; i < list->count; i++) {
        const Directive *item = &list->items[i];
        buf_printf(&out, "%s%s%s%s(%s)@%zu", i > 0 ? ", " : "", item->lookalike ? "not " : "",
                   item->atlas ? "atlas " : "", item->name, item->args, item->line);
    }
    return buf_steal(&out, arena);
}

static const char *head(const char *text)
{
    DirectiveList list = {0};
    directive_read_head(arena, text, strlen(text), &list);
    return listed(&list);
}

static const char *lead(const char *text, size_t line)
{
    DirectiveList list = {0};
    directive_read_lead(arena, text, strlen(text), line, &list);
    return listed(&list);
}

START_TEST(test_head)
{
    ck_assert_str_eq(head("-- dbmig:txmode none\n\nSELECT 1;"), "txmode(none)@1");
    ck_assert_str_eq(head("-- atlas:txmode none\nSELECT 1;"), "atlas txmode(none)@1");
    ck_assert_str_eq(head("--dbmig:NoLint  DS101  \r\n"), "nolint(DS101)@1");
    ck_assert_str_eq(head("--\tdbmig:nolint"), "nolint()@1");
    ck_assert_str_eq(head("-- DBMIG:a-b_c x y"), "a-b_c(x y)@1");
    ck_assert_str_eq(head("\xef\xbb\xbf-- dbmig:txmode none"), "txmode(none)@1");
    ck_assert_str_eq(head("\n\r\n -- text\n  -- dbmig:a 1\n/* x\n */ -- dbmig:b\n"),
                     "a(1)@4, b()@6");
    ck_assert_str_eq(head("-- dbmig:a\nSELECT 1;\n-- dbmig:b"), "a()@1");
    ck_assert_str_eq(head("-- dbmig:a\n;\n-- dbmig:b"), "a()@1");
    ck_assert_str_eq(head(""), "");
}
END_TEST

START_TEST(test_lookalikes_are_not_obeyed)
{
    ck_assert_str_eq(head("-- TODO: drop atlas:txmode none\n"), "not atlas txmode(none)@1");
    ck_assert_str_eq(head("---- dbmig:a"), "not a()@1");
    ck_assert_str_eq(head("/* dbmig:a */"), "not a()@1");
    ck_assert_str_eq(head("/*\n * see\n * dbmig:a b\n */ SELECT"), "not a(b)@3");
    ck_assert_str_eq(head("-- see https://x/dbmig:a"), "");
    ck_assert_str_eq(head("-- mydbmig:a, dbmig: a, dbmig:1"), "");
    ck_assert_str_eq(head("/* dbmig:a"), "not a()@1");
}
END_TEST

START_TEST(test_lead)
{
    ck_assert_str_eq(lead("\n-- dbmig:nolint A\n/* x */\n", 7), "nolint(A)@8");
    ck_assert_str_eq(lead("-- dbmig:nolint A\n", 1), "nolint(A)@1");
    ck_assert_str_eq(lead("\n;\n-- dbmig:nolint A\n", 3), "nolint(A)@5");
}
END_TEST

START_TEST(test_remark_on_the_statement_before)
{
    ck_assert_str_eq(lead(" -- dbmig:nolint A\n-- dbmig:nolint B\n", 7),
                     "not nolint(A)@7, nolint(B)@8");
    ck_assert_str_eq(lead("\n; -- dbmig:nolint A\n", 7), "not nolint(A)@8");
}
END_TEST

START_TEST(test_find)
{
    DirectiveList list = {0};
    const char *text = "-- x dbmig:a 1\n-- dbmig:a 2\n-- dbmig:a 3\n-- dbmig:b";
    directive_read_head(arena, text, strlen(text), &list);
    ck_assert_str_eq(directive_find(&list, "a"), "2");
    ck_assert_str_eq(directive_find(&list, "b"), "");
    ck_assert_ptr_null(directive_find(&list, "c"));
}
END_TEST

START_TEST(test_sum_ignored)
{
    static const struct {
        const char *text;
        bool ignored;
    } cases[] = {
        {"-- atlas:sum ignore\nSELECT 1;", true},
        {"-- atlas:sum ignore", true},
        {"-- atlas:sum   ignore\r\n", true},
        {"#atlas:sum ignore\n", true},
        {"-- as Atlas reads it: atlas:sum ignore\n", true},
        {"-- dbmig:sum ignore\n", true},
        {"--dbmig:sum ignore\r\n", true},
        {"-- see dbmig:sum ignore\n", false},
        {"-- atlas:sum ignored\n", false},
        {"-- atlas:sum ignore \n", false},
        {"-- atlas:sum\n", false},
        {"-- atlas:summary ignore\n", false},
        {"\n-- atlas:sum ignore\n", false},
        {"\xef\xbb\xbf-- atlas:sum ignore\n", false},
        {"-- atlas:sum ignore atlas:x\n", false},
        {"-- \xc3\xa9 atlas:sum ignore\n", false},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        bool ignored = directive_sum_ignored(cases[i].text, strlen(cases[i].text));
        ck_assert_msg(ignored == cases[i].ignored, "%s", cases[i].text);
    }
}
END_TEST

UNIT_SUITE("directive", test_head, test_lookalikes_are_not_obeyed, test_lead,
           test_remark_on_the_statement_before, test_find, test_sum_ignored)
UNIT_MAIN(suite)
