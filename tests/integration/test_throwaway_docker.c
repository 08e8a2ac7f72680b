/* Throwaway servers in containers, where an engine answers. */
#include "throwaway_cases.h"

#define DOCKER_URL "docker://postgres/15/dev"

static void set_up(void)
{
    set_up_cache();
    dev_url = DOCKER_URL;
}

/* ---- Docker alone ---- */

static const char *volumes(void)
{
    const char *argv[] = {"docker", "volume", "ls", "--quiet", NULL};
    return output_of(argv);
}

START_TEST(test_container)
{
    const char *before = volumes();
    Throwaway *throwaway = start();
    const char *id = containers_of(getpid());
    const char *argv[] = {
        "docker",
        "inspect",
        "--format",
        "{{range $p, $b := .NetworkSettings.Ports}}{{range $b}}{{.HostIp}} {{end}}{{end}}",
        arena_strndup(arena, id, strcspn(id, "\n")),
        NULL};
    ck_assert_str_eq(output_of(argv), "127.0.0.1 \n");
    ck_assert_str_eq(ask(throwaway_url(throwaway), "SHOW data_directory"), "/dbmig/data");
    throwaway_stop(throwaway);
    ck_assert_str_eq(volumes(), before);
}
END_TEST

/* All that the engine tells of our container, and of the kept image if there is one. */
static const char *told_by_engine(void)
{
    const char *id = containers_of(getpid());
    const char *container[] = {"docker", "inspect", arena_strndup(arena, id, strcspn(id, "\n")), NULL};
    const char *image[] = {"docker", "image", "inspect", "dbmig-cache:key", NULL};
    const char *history[] = {"docker", "history", "--no-trunc", "dbmig-cache:key", NULL};
    return arena_printf(arena, "%s%s%s", output_of(container), output_of(image), output_of(history));
}

static void check_password_is_not_told(const Throwaway *throwaway)
{
    const char *url = throwaway_url(throwaway);
    const char *password = strchr(url + strlen("postgresql://"), ':') + 1;
    size_t len = strcspn(password, "@");
    ck_assert_uint_eq(len, 32);
    ck_assert_str_eq(ask(url, "SELECT 1"), "1");
    const char *told = told_by_engine();
    ck_assert_ptr_nonnull(strstr(told, "POSTGRES_PASSWORD="));
    ck_assert_ptr_null(strstr(told, arena_strndup(arena, password, len)));
}

START_TEST(test_password_is_not_told)
{
    Throwaway *throwaway = start();
    check_password_is_not_told(throwaway);
    throwaway_keep(throwaway, "key", true);
    check_password_is_not_told(throwaway);
    throwaway_stop(throwaway);
    throwaway = start_with(keys, 2);
    ck_assert_int_eq(throwaway_restored(throwaway), 1);
    check_password_is_not_told(throwaway);
    throwaway_stop(throwaway);
}
END_TEST

START_TEST(test_image_gone)
{
    keep_a_state();
    const char *argv[] = {"docker", "image", "rm", "--force", "dbmig-cache:key", NULL};
    output_of(argv);
    expect_fresh();
}
END_TEST

START_TEST(test_refused_pull)
{
    ThrowawaySpec spec = {.url = "docker://postgres/no-such-tag/dev"};
    Throwaway *throwaway;
    char *identity;
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION,
                    "could not pull the image postgres:no-such-tag");
    ck_assert_ptr_nonnull(strstr(err.hint, "docker+postgres://"));
    ck_assert_fails(throwaway_identity(arena, &spec, &identity, &err), EXIT_CONNECTION, "pull");
}
END_TEST

/* It ends at once: that is told with its last words, and not after a minute. */
START_TEST(test_container_ends)
{
    int64_t begin = platform_monotonic_ms();
    ThrowawaySpec spec = {.url = DOCKER_URL "?locale=xx_YY"};
    Throwaway *throwaway;
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION, "ended");
    ck_assert_ptr_nonnull(strstr(err.detail, "xx_YY"));
    ck_assert_int_lt(platform_monotonic_ms() - begin, 30000);
    ck_assert_str_eq(containers_of(getpid()), "");
}
END_TEST

START_TEST(test_no_engine)
{
    setenv("DOCKER_HOST", "tcp://127.0.0.1:1", 1);
    ThrowawaySpec spec = {.url = dev_url};
    Throwaway *throwaway;
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION,
                    "no docker engine answers at tcp://127.0.0.1:1");
    ck_assert_ptr_nonnull(strstr(err.hint, "embedded://"));
    setenv("DBMIG_DOCKER", "no-such-program", 1);
    ck_assert_fails(throwaway_start(arena, &spec, &throwaway, &err), EXIT_CONNECTION,
                    "no-such-program");
}
END_TEST

START_TEST(test_docker_majors)
{
    for (int major = 13; major <= 18; major++) {
        char *image = arena_printf(arena, "postgres:%d", major);
        const char *argv[] = {"docker", "image", "ls", "--quiet", image, NULL};
        if (output_of(argv)[0] == '\0')
            continue;
        dev_url = arena_printf(arena, "docker://postgres/%d/x", major);
        Throwaway *throwaway = start();
        const char *url = throwaway_url(throwaway);
        ck_assert_int_eq(atoi(ask(url, "SHOW server_version_num")) / 10000, major);
        throwaway_stop(throwaway);
    }
}
END_TEST

/* ---- The suite ---- */

static Suite *suite(void)
{
    Suite *all = suite_create("throwaway_docker");
    TCase *tcase = common_case(all, set_up);
    add_owned(tcase);
    ADD(tcase, test_container, test_password_is_not_told, test_image_gone, test_refused_pull,
        test_container_ends, test_no_engine, test_docker_majors);
    return all;
}

int main(void)
{
    if (throwaway_docker_answers())
        return unit_run(suite());
    puts("1..0 # SKIP no Docker engine answers");
    return EXIT_SUCCESS;
}
