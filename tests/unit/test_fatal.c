#include "unit.h"

#include "dbmig/base/fatal.h"

static Buf trace;

static void note(void *context)
{
    buf_add_str(&trace, context);
}

static void say(void *context)
{
    fprintf(stderr, "%s\n", (const char *)context);
}

static char a[] = "a";
static char b[] = "b";
static char c[] = "c";

START_TEST(test_all_run_in_reverse_order)
{
    cleanup_register(note, a);
    cleanup_register(note, b);
    cleanup_register(note, c);
    cleanup_run_all();
    cleanup_run_all();
    ck_assert_str_eq(buf_text(&trace), "cba");
    buf_free(&trace);
}
END_TEST

START_TEST(test_forget_and_run_one)
{
    unsigned first = cleanup_register(note, a);
    unsigned second = cleanup_register(note, b);
    unsigned third = cleanup_register(note, c);
    ck_assert_uint_ne(first, 0);
    ck_assert_uint_ne(first, second);
    cleanup_forget(second);
    cleanup_forget(second);
    cleanup_forget(0);
    cleanup_run(first);
    cleanup_run(first);
    cleanup_run(0);
    ck_assert_str_eq(buf_text(&trace), "a");
    cleanup_run_all();
    cleanup_forget(third);
    ck_assert_str_eq(buf_text(&trace), "ac");
    buf_free(&trace);
}
END_TEST

START_TEST(test_many)
{
    unsigned ids[100];
    for (int i = 0; i < 100; i++)
        ids[i] = cleanup_register(note, a);
    for (int i = 0; i < 100; i += 2)
        cleanup_forget(ids[i]);
    cleanup_run_all();
    ck_assert_uint_eq(trace.len, 50);
    buf_free(&trace);
}
END_TEST

static void run_all(void *context)
{
    (void)context;
    cleanup_register(say, b);
    cleanup_run_all();
}

START_TEST(test_a_child_runs_its_own_only)
{
    char *text;
    unsigned id = cleanup_register(say, a);
    ck_assert_int_eq(unit_child(run_all, NULL, &text), 0);
    ck_assert_str_eq(text, "b\n");
    cleanup_forget(id);
}
END_TEST

static void bug_in_cleanup(void *context)
{
    (void)context;
    BUG("another");
}

static void die(void *context)
{
    cleanup_register(say, a);
    cleanup_register(say, b);
    if (context != NULL)
        cleanup_register(bug_in_cleanup, NULL);
    BUG("the %s", "reason");
}

START_TEST(test_bug)
{
    char *text;
    ck_assert_int_eq(unit_child(die, NULL, &text), EXIT_BUG);
    ck_assert_ptr_nonnull(strstr(text, "dbmig: bug: the reason\n"));
    ck_assert_ptr_nonnull(strstr(text, "test_fatal.c:"));
    ck_assert_ptr_nonnull(strstr(text, "\nb\na\n"));
}
END_TEST

START_TEST(test_bug_in_a_cleanup)
{
    char *text;
    ck_assert_int_eq(unit_child(die, a, &text), EXIT_BUG);
    ck_assert_ptr_nonnull(strstr(text, "dbmig: bug: another\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nb\na\n"));
}
END_TEST

UNIT_SUITE("fatal", test_all_run_in_reverse_order, test_forget_and_run_one, test_many,
           test_a_child_runs_its_own_only, test_bug, test_bug_in_a_cleanup)
UNIT_MAIN(suite)
