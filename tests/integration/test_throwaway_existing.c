/* Temporary databases on a server that is not ours: that of DBMIG_TEST_URL. */
#define THROWAWAY_NOT_OURS
#include "throwaway_cases.h"

static void set_up(void)
{
    set_up_cache();
    dev_url = getenv("DBMIG_TEST_URL");
    ck_assert_msg(dev_url != NULL, "DBMIG_TEST_URL is not set");
}

START_TEST(test_roles)
{
    Child child = running_child();
    end_child(&child, SIGKILL);
    run_sql(dev_url, "DROP ROLE IF EXISTS dbmig_test_role");
    Throwaway *throwaway = start();
    run_sql(throwaway_url(throwaway), "CREATE ROLE dbmig_test_role; CREATE TABLE t (a int);"
                                      "ALTER TABLE t OWNER TO dbmig_test_role");
    run_sql(dev_url, "GRANT CREATE ON DATABASE template1 TO dbmig_test_role");
    throwaway_own_role(throwaway, "dbmig_test_role");
    throwaway_stop(throwaway);
    ck_assert_str_eq(ask(dev_url, "SELECT to_regrole('dbmig_test_role') IS NULL"), "t");
    ck_assert_str_eq(databases(), "");
}
END_TEST

/* The comment names it, for the sweep. */
START_TEST(test_roles_after_kill)
{
    run_sql(dev_url, "DROP ROLE IF EXISTS \"dbmig test,role\"");
    pid_t pid = unit_fork();
    if (pid == 0) {
        Throwaway *throwaway = start();
        run_sql(throwaway_url(throwaway), "CREATE ROLE \"dbmig test,role\"");
        throwaway_own_role(throwaway, "dbmig test,role");
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert_str_ne(databases(), "");
    throwaway_stop(start());
    ck_assert_str_eq(databases(), "");
    ck_assert_str_eq(ask(dev_url, "SELECT to_regrole('\"dbmig test,role\"') IS NULL"), "t");
}
END_TEST

/* Not ours, whatever it is called. */
START_TEST(test_foreign_databases)
{
    run_sql(dev_url, "CREATE DATABASE dbmig_0123456789abcdef");
    run_sql(dev_url, "COMMENT ON DATABASE dbmig_0123456789abcdef IS 'dbmig throwaway database; "
                     "owner=0123456789abcdef01234567.1.1.1000000000 lock=1'");
    run_sql(dev_url, "CREATE DATABASE dbmig_production");
    run_sql(dev_url, "COMMENT ON DATABASE dbmig_production IS 'the real one'");
    throwaway_stop(start());
    /* Of another machine, old, and without its session: that one goes. */
    ck_assert_str_eq(databases(), "dbmig_production");
    run_sql(dev_url, "DROP DATABASE dbmig_production");
}
END_TEST

START_TEST(test_no_right)
{
    run_sql(dev_url, "DROP ROLE IF EXISTS dbmig_test_poor; CREATE ROLE dbmig_test_poor LOGIN");
    ThrowawaySpec spec = {.url = arena_printf(arena, "%s?user=dbmig_test_poor", dev_url)};
    Throwaway *throwaway;
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_SQL, "permission denied");
    ck_assert_ptr_nonnull(strstr(err.hint, "CREATEDB"));
    run_sql(dev_url, "DROP ROLE dbmig_test_poor");
    spec.url = "postgres://nobody@127.0.0.1:1/x";
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION, "127.0.0.1");
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("throwaway_existing");
    TCase *tcase = common_case(all, set_up);
    ADD(tcase, test_roles, test_roles_after_kill, test_foreign_databases, test_no_right);
    return all;
}

UNIT_MAIN(suite)
