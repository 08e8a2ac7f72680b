/*
 * What the C integration tests share: a session to the server in DBMIG_TEST_URL, which is theirs
 * alone, and short forms for queries. A failing statement fails the test with the server's words.
 */
#ifndef DBMIG_TESTS_INTEGRATION_H
#define DBMIG_TESTS_INTEGRATION_H

#include <signal.h>
#include <time.h>

#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "dbmig/db/session.h"
#include "unit.h"

static inline const char *test_url(void)
{
    const char *url = getenv("DBMIG_TEST_URL");
    ck_assert_msg(url != NULL, "DBMIG_TEST_URL is not set: run the tests with make integration");
    return url;
}

static inline Session *connect_with(SessionOptions options)
{
    Session *session = NULL;
    if (options.url == NULL)
        options.url = test_url();
    ck_assert_ok(session_open(arena, &options, &session, &err));
    return session;
}

static inline Session *connect_plain(void)
{
    return connect_with((SessionOptions){0});
}

static inline void run(Session *session, const char *sql)
{
    ck_assert_msg(session_exec(session, sql, &err), "%s: %s", sql, unit_error());
}

/* The first value of a query, NULL for none. */
static inline const char *value(Session *session, const char *sql)
{
    Rows *rows;
    ck_assert_msg(session_query(session, arena, sql, 0, NULL, &rows, &err), "%s: %s", sql,
                  unit_error());
    return rows_count(rows) == 0 ? NULL : rows_text(rows, 0, 0);
}

static inline long number(Session *session, const char *sql)
{
    const char *text = value(session, sql);
    return text == NULL ? 0 : strtol(text, NULL, 10);
}

/* Another address of the test server. */
static inline const char *url_as(const char *user)
{
    const char *at = strchr(test_url(), '@');
    ck_assert_ptr_nonnull(at);
    return arena_printf(arena, "postgres://%s%s", user, at);
}

static inline void sleep_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

#endif
