#include "fake_server.h"

/* ---- opening ---- */

START_TEST(knows_itself)
{
    Session *session = connect_with((SessionOptions){.application_name = "tester"});
    ck_assert_int_eq(session_version(session), number(session, "SHOW server_version_num"));
    ck_assert_int_eq(session_backend_pid(session), number(session, "SELECT pg_backend_pid()"));
    ck_assert_str_eq(session_user(session), value(session, "SELECT current_user"));
    ck_assert_str_eq(session_database(session), value(session, "SELECT current_database()"));
    ck_assert_str_eq(value(session, "SHOW application_name"), "tester");
    ck_assert_str_eq(value(session, "SHOW client_encoding"), "UTF8");
    ck_assert_str_eq(session_parameter(session, "standard_conforming_strings"), "on");
    ck_assert(!session_pooled(session) && !session_lost(session));
    ck_assert_ptr_nonnull(strstr(session_shown(session), "postgres@127.0.0.1:"));
    if (session_version(session) >= 140000)
        ck_assert_str_eq(value(session, "SHOW client_connection_check_interval"), "10s");
    session_close(session);
}
END_TEST

START_TEST(settings_cost_one_round_trip)
{
    const char *url = arena_printf(arena, "%s?schema=My+%%53", test_url());
    Session *session = connect_with((SessionOptions){
        .url = url, .read_only = true, .startup_sql = "SET lock_timeout = '7s'; SET jit = off"});
    ck_assert_int_eq(session_round_trips(session), 1);
    ck_assert_str_eq(value(session, "SHOW search_path"), "\"My+S\"");
    ck_assert_str_eq(value(session, "SHOW lock_timeout"), "7s");
    ck_assert_str_eq(value(session, "SHOW jit"), "off");
    ck_assert_int_eq(session_round_trips(session), 4);
    ck_assert_fails(session_exec(session, "CREATE TABLE t ()", &err), EXIT_SQL, "read-only");
    ck_assert_str_eq(err.sqlstate, "25006");
    session_close(session);
}
END_TEST

START_TEST(bad_startup_sql_is_told)
{
    Session *session;
    SessionOptions options = {.url = test_url(), .startup_sql = "SET nonsense = 1"};
    ck_assert_fails(session_open(arena, &options, &session, &err), EXIT_SQL, "nonsense");
}
END_TEST

START_TEST(missing_database)
{
    Session *session;
    SessionOptions options = {.url = url_as("postgres")};
    options.url = arena_printf(arena, "%.*s/nowhere",
                               (int)(strrchr(options.url, '/') - options.url), options.url);
    ck_assert_fails(session_open(arena, &options, &session, &err), EXIT_CONNECTION, "/nowhere: ");
    ck_assert_str_eq(err.sqlstate, "3D000");
    ck_assert_ptr_nonnull(strstr(err.hint, "CREATE DATABASE"));
}
END_TEST

START_TEST(wrong_password)
{
    FakeServer fake = fake_error("28P01", "password authentication failed for user \"app\"");
    ck_assert_fails(open_at(fake.port, "", (SessionOptions){.wait_ms = 3000}), EXIT_CONNECTION,
                    arena_printf(arena,
                                 "could not connect to app@127.0.0.1:%d/shop: password "
                                 "authentication failed",
                                 fake.port));
    ck_assert_str_eq(err.sqlstate, "28P01");
    ck_assert_ptr_nonnull(strstr(err.hint, "PGPASSWORD"));
    ck_assert_ptr_null(strstr(err.primary, "s3cret"));
    ck_assert_ptr_null(err.detail);
    fake_end(fake);
}
END_TEST

/* The SQLSTATE decides, not the words: a server may speak any language. */
START_TEST(waits_for_a_starting_server)
{
    FakeServer fake = fake_error("57P03", "das Datenbanksystem startet");
    int64_t began = platform_monotonic_ms();
    ck_assert_fails(open_at(fake.port, "", (SessionOptions){.wait_ms = 700}), EXIT_CONNECTION,
                    "das Datenbanksystem startet");
    int64_t took = platform_monotonic_ms() - began;
    ck_assert_int_ge(took, 250);
    ck_assert_int_lt(took, 5000);
    ck_assert_str_eq(err.sqlstate, "57P03");
    fake_end(fake);
}
END_TEST

START_TEST(too_many_connections)
{
    FakeServer fake = fake_error("53300", "sorry, too many clients already");
    ck_assert_fails(open_at(fake.port, "", (SessionOptions){0}), EXIT_CONNECTION,
                    "too many clients");
    ck_assert_ptr_nonnull(strstr(err.hint, "pg_stat_activity"));
    fake_end(fake);
}
END_TEST

START_TEST(old_server_is_refused)
{
    static const char answer[] = "R\0\0\0\x08\0\0\0\0"
                                 "S\0\0\0\x1aserver_version\0"
                                 "9.5.25\0"
                                 "K\0\0\0\x0c\0\0\0\x01\0\0\0\x02"
                                 "Z\0\0\0\x05I";
    FakeServer fake = fake_server(answer, sizeof(answer) - 1);
    ck_assert_fails(open_at(fake.port, "", (SessionOptions){0}), EXIT_CONNECTION, "9.5.25");
    ck_assert_ptr_nonnull(strstr(err.hint, "PostgreSQL 10"));
    fake_end(fake);
}
END_TEST

START_TEST(refused_connection_waits_and_gives_up)
{
    int port;
    close(listen_anywhere(&port));
    int64_t began = platform_monotonic_ms();
    ck_assert_fails(open_at(port, "", (SessionOptions){.wait_ms = 400}), EXIT_CONNECTION,
                    "Connection refused");
    ck_assert_int_ge(platform_monotonic_ms() - began, 100);
    ck_assert_ptr_nonnull(strstr(err.hint, "--wait"));
}
END_TEST

/* connect_timeout, which libpq leaves to its caller; and the next host of several. */
START_TEST(silent_hosts_are_given_up)
{
    FakeServer silent = fake_server(NULL, 0);
    ck_assert_fails(open_at(silent.port, "?connect_timeout=1", (SessionOptions){0}),
                    EXIT_CONNECTION, "timeout expired");
    error_clear(&err);
    const char *real = strchr(test_url(), '@') + 1;
    const char *url = arena_printf(arena,
                                   "postgres://postgres@127.0.0.1:%d,%.*s/postgres"
                                   "?connect_timeout=1",
                                   silent.port, (int)strcspn(real, "/"), real);
    Session *session = connect_with((SessionOptions){.url = url});
    ck_assert_int_eq(number(session, "SELECT 7"), 7);
    session_close(session);
    fake_end(silent);
}
END_TEST

/* ---- statements ---- */

START_TEST(errors_have_all_parts)
{
    Session *session = connect_plain();
    ck_assert_fails(session_exec(session,
                                 "DO $$ BEGIN RAISE EXCEPTION 'oh' USING ERRCODE = 'P0042', "
                                 "DETAIL = 'some', HINT = 'do'; END $$",
                                 &err),
                    EXIT_SQL, "oh");
    ck_assert_str_eq(err.sqlstate, "P0042");
    ck_assert_str_eq(err.detail, "some");
    ck_assert_str_eq(err.hint, "do");
    ck_assert_ptr_nonnull(strstr(err.context, "PL/pgSQL function"));
    ck_assert(!session_lost(session));
    session_close(session);
}
END_TEST

START_TEST(places_are_bytes)
{
    Session *session = connect_plain();
    SessionOutcome outcome;
    const char *sql = "SELECT '\xC3\xA4\xE2\x82\xAC', nope";
    ck_assert(!session_run(session, sql, strlen(sql), &outcome, &err));
    ck_assert_str_eq(sql + outcome.error_offset - 1, "nope");
    /* Only len bytes count. */
    ck_assert_ok(session_run(session, "SELECT 1garbage", 8, &outcome, &err));
    ck_assert_str_eq(outcome.command, "SELECT 1");
    ck_assert(!session_run(session, "SELECT\0 1", 9, &outcome, &err));
    session_close(session);
}
END_TEST

START_TEST(outcomes)
{
    Session *session = connect_plain();
    SessionOutcome outcome;
    const char *sql = "CREATE TEMP TABLE t AS SELECT generate_series(1, 10) AS a";
    ck_assert_ok(session_run(session, sql, strlen(sql), &outcome, &err));
    ck_assert_int_eq(outcome.rows, 10);
    sql = "DELETE FROM t WHERE a > 7";
    ck_assert_ok(session_run(session, sql, strlen(sql), &outcome, &err));
    ck_assert_str_eq(outcome.command, "DELETE 3");
    ck_assert_int_eq(outcome.rows, 3);
    ck_assert_ok(session_run(session, "BEGIN", 5, &outcome, &err));
    ck_assert_int_eq(outcome.rows, -1);
    ck_assert_int_eq(session_tx(session), SESSION_TX_OPEN);
    ck_assert(!session_exec(session, "nonsense", &err));
    ck_assert_int_eq(session_tx(session), SESSION_TX_FAILED);
    run(session, "ROLLBACK");
    ck_assert_int_eq(session_tx(session), SESSION_TX_IDLE);
    ck_assert_ok(session_run(session, "", 0, &outcome, &err));
    session_close(session);
}
END_TEST

START_TEST(rows_outlive_the_session)
{
    Session *session = connect_plain();
    Rows *rows;
    const char *params[] = {"x'y", NULL};
    ck_assert_ok(session_query(session, arena,
                               "SELECT $1::text AS a, $2::text, 12345678901::int8, "
                               "true, ''",
                               2, params, &rows, &err));
    session_close(session);
    ck_assert_int_eq(rows_count(rows), 1);
    ck_assert_int_eq(rows_columns(rows), 5);
    ck_assert_str_eq(rows_name(rows, 0), "a");
    ck_assert_str_eq(rows_text(rows, 0, 0), "x'y");
    ck_assert_ptr_null(rows_text(rows, 0, 1));
    ck_assert_int_eq(rows_int(rows, 0, 2), 12345678901);
    ck_assert(rows_bool(rows, 0, 3));
    ck_assert_str_eq(rows_text(rows, 0, 4), "");
}
END_TEST

static void count_notice(void *context, const SessionNotice *notice)
{
    Buf *buf = context;
    buf_printf(buf, "%s %s %s;", notice->severity, notice->sqlstate, notice->message);
}

START_TEST(notices_are_not_localised)
{
    Buf seen = {0};
    Session *session =
        connect_with((SessionOptions){.on_notice = count_notice, .notice_context = &seen});
    run(session,
        "DO $$ BEGIN RAISE WARNING 'w'; RAISE INFO 'i'; END $$; DROP TABLE IF EXISTS none");
    ck_assert_str_eq(buf_text(&seen),
                     "WARNING 01000 w;INFO 00000 i;NOTICE 00000 table \"none\" does "
                     "not exist, skipping;");
    session_on_notice(session, NULL, NULL);
    run(session, "DO $$ BEGIN RAISE WARNING 'w'; END $$");
    session_close(session);
    buf_free(&seen);
}
END_TEST

static void count_tick(void *context)
{
    ++*(int *)context;
}

START_TEST(ticks_while_waiting)
{
    int ticks = 0;
    Session *session = connect_plain();
    session_on_tick(session, count_tick, &ticks, 50);
    run(session, "SELECT pg_sleep(0.4)");
    ck_assert_int_ge(ticks, 3);
    ck_assert_int_le(ticks, 9);
    session_close(session);
}
END_TEST

START_TEST(quoting)
{
    Session *session = connect_plain();
    const char *odd = "a'b\\c\"d";
    run(session, "SET standard_conforming_strings = off");
    ck_assert_str_eq(
        value(session, arena_printf(arena, "SELECT %s", session_quote_literal(arena, odd))), odd);
    run(session, "SET standard_conforming_strings = on");
    ck_assert_str_eq(
        value(session, arena_printf(arena, "SELECT %s", session_quote_literal(arena, odd))), odd);
    Rows *rows;
    ck_assert_ok(session_query(
        session, arena, arena_printf(arena, "SELECT 1 AS %s", session_quote_identifier(arena, odd)),
        0, NULL, &rows, &err));
    ck_assert_str_eq(rows_name(rows, 0), odd);
    session_close(session);
}
END_TEST

/* ---- COPY ---- */

START_TEST(copy_as_a_statement_does_not_hang)
{
    Session *session = connect_plain();
    run(session, "CREATE TEMP TABLE t (a text)");
    ck_assert_fails(session_exec(session, "COPY t FROM STDIN", &err), EXIT_SQL, "COPY");
    SessionOutcome outcome;
    const char *sql = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT";
    ck_assert_ok(session_run(session, sql, strlen(sql), &outcome, &err));
    ck_assert_int_eq(outcome.rows, 20000);
    ck_assert_int_eq(number(session, "SELECT 1"), 1);
    session_close(session);
}
END_TEST

START_TEST(copy_in)
{
    Session *session = connect_plain();
    SessionOutcome outcome;
    run(session, "CREATE TEMP TABLE t (a int, b text)");
    ck_assert_ok(session_copy_begin(session, "COPY t FROM STDIN; garbage", 17, &outcome, &err));
    Buf lines = {0};
    for (int i = 0; i < 20000; i++)
        buf_printf(&lines, "%d\t%0100d\n", i, i);
    for (int i = 0; i < 5; i++)
        ck_assert_ok(session_copy_put(session, lines.data, lines.len, &err));
    ck_assert_ok(session_copy_put(session, "1\tend", 5, &err));
    ck_assert_ok(session_copy_end(session, &outcome, &err));
    ck_assert_str_eq(outcome.command, "COPY 100001");
    ck_assert_int_eq(number(session, "SELECT count(*) FROM t"), 100001);
    buf_free(&lines);
    session_close(session);
}
END_TEST

START_TEST(copy_in_failures)
{
    Session *session = connect_plain();
    SessionOutcome outcome;
    run(session, "CREATE TEMP TABLE t (a int)");
    ck_assert_fails(session_copy_begin(session, "COPY none FROM STDIN", 20, &outcome, &err),
                    EXIT_SQL, "none");
    ck_assert_int_eq(outcome.error_offset, 0);
    ck_assert_fails(session_copy_begin(session, "SELECT 1", 8, &outcome, &err), EXIT_SQL,
                    "does not read from STDIN");
    ck_assert_fails(session_copy_begin(session, "COPY t TO STDOUT", 16, &outcome, &err), EXIT_SQL,
                    "does not read from STDIN");
    ck_assert_ok(session_copy_begin(session, "COPY t FROM STDIN", 17, &outcome, &err));
    ck_assert_ok(session_copy_put(session, "1\nx\n", 4, &err));
    ck_assert_fails(session_copy_end(session, &outcome, &err), EXIT_SQL, "invalid input syntax");
    ck_assert_ptr_nonnull(strstr(err.context, "COPY t, line 2"));
    ck_assert_int_eq(number(session, "SELECT count(*) FROM t"), 0);
    session_close(session);
}
END_TEST

static bool add_to(void *context, const char *data, size_t len, Error *error)
{
    (void)error;
    buf_add(context, data, len);
    return true;
}

static bool refuse(void *context, const char *data, size_t len, Error *error)
{
    (void)context;
    (void)data;
    (void)len;
    return error_set(error, EXIT_USAGE, "disk full");
}

START_TEST(copy_out)
{
    Session *session = connect_plain();
    Buf all = {0};
    ck_assert_ok(session_copy_out(session, "COPY (VALUES (1, 'a'), (2, NULL)) TO STDOUT", add_to,
                                  &all, &err));
    ck_assert_str_eq(buf_text(&all), "1\ta\n2\t\\N\n");
    buf_free(&all);
    ck_assert_fails(session_copy_out(session,
                                     "COPY (SELECT 1 FROM generate_series(1, 1000000)) TO "
                                     "STDOUT",
                                     refuse, NULL, &err),
                    EXIT_USAGE, "disk full");
    ck_assert_fails(session_copy_out(session,
                                     "COPY (SELECT 1 / (3 - g) FROM generate_series(1, 5) g) "
                                     "TO STDOUT",
                                     add_to, &all, &err),
                    EXIT_SQL, "division");
    ck_assert_fails(session_copy_out(session, "SELECT 1", add_to, &all, &err), EXIT_SQL,
                    "does not write to STDOUT");
    ck_assert_int_eq(number(session, "SELECT 1"), 1);
    buf_free(&all);
    session_close(session);
}
END_TEST

/* ---- pipelines ---- */

static PipelineResult next(Session *session)
{
    PipelineResult result;
    ck_assert_ok(session_pipeline_next(session, &result, &err));
    return result;
}

START_TEST(pipeline_in_order)
{
    Session *session = connect_plain();
    ck_assert_ok(session_pipeline_begin(session, &err));
    ck_assert(session_busy(session));
    const char *params[] = {"5"};
    ck_assert_ok(session_pipeline_send(session, "SELECT $1::int + 1", 1, params, 10, &err));
    ck_assert_ok(
        session_pipeline_send(session, "SELECT '\xC3\xA4', 1 / 0, nope", 0, NULL, 11, &err));
    ck_assert_ok(session_pipeline_send(session, "SELECT 3", 0, NULL, 12, &err));
    ck_assert_ok(session_pipeline_sync(session, 13, &err));
    ck_assert_ok(session_pipeline_send(session, "SELECT g FROM generate_series(4, 1000) g", 0, NULL,
                                       14, &err));
    ck_assert_ok(session_pipeline_sync(session, 15, &err));
    PipelineResult result = next(session);
    ck_assert_int_eq(result.event, PIPELINE_DONE);
    ck_assert_int_eq(result.tag, 10);
    ck_assert_str_eq(result.first_value, "6");
    result = next(session);
    ck_assert_int_eq(result.event, PIPELINE_FAILED);
    ck_assert_str_eq(err.sqlstate, "42703");
    ck_assert_int_eq(result.outcome.error_offset, strlen("SELECT '\xC3\xA4', 1 / 0, ") + 1);
    result = next(session);
    ck_assert_int_eq(result.event, PIPELINE_SKIPPED);
    ck_assert_int_eq(result.tag, 12);
    ck_assert_int_eq(next(session).event, PIPELINE_SYNC);
    result = next(session);
    ck_assert_str_eq(result.first_value, "4");
    ck_assert_int_eq(result.outcome.rows, 997);
    ck_assert_int_eq(next(session).tag, 15);
    ck_assert_ok(session_pipeline_end(session, &err));
    ck_assert(!session_busy(session));
    ck_assert_int_eq(number(session, "SELECT 1"), 1);
    session_close(session);
}
END_TEST

/* More goes out and comes in than any socket holds; round trips do not grow with it. */
START_TEST(pipeline_never_blocks)
{
    Session *session = connect_plain();
    char *sql = arena_printf(arena, "SELECT repeat('y', 100000) || '%0100000d'", 1);
    uint64_t before = session_round_trips(session);
    ck_assert_ok(session_pipeline_begin(session, &err));
    for (uint64_t i = 0; i < 300; i++) {
        ck_assert_ok(session_pipeline_send(session, sql, 0, NULL, i, &err));
        ck_assert_ok(session_pipeline_sync(session, i, &err));
    }
    for (uint64_t i = 0; i < 300; i++) {
        PipelineResult result = next(session);
        ck_assert_int_eq(result.tag, i);
        ck_assert_int_eq(strlen(result.first_value), 200000);
        ck_assert_int_eq(next(session).event, PIPELINE_SYNC);
    }
    ck_assert_ok(session_pipeline_end(session, &err));
    ck_assert_int_eq(session_round_trips(session) - before, 1);
    session_close(session);
}
END_TEST

START_TEST(pipeline_end_drains)
{
    Session *session = connect_plain();
    ck_assert_ok(session_pipeline_begin(session, &err));
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_ok(session_pipeline_send(session, "SELECT 1", 0, NULL, i, &err));
    next(session);
    ck_assert_ok(session_pipeline_end(session, &err));
    ck_assert_int_eq(number(session, "SELECT 1"), 1);
    session_close(session);
}
END_TEST

/* ---- lost connections ---- */

static void terminate(int pid)
{
    Session *other = connect_plain();
    run(other, arena_printf(arena, "SELECT pg_terminate_backend(%d)", pid));
    while (number(other, arena_printf(arena, "SELECT count(*) FROM pg_stat_activity WHERE pid = %d",
                                      pid)) > 0)
        sleep_ms(10);
    session_close(other);
}

START_TEST(lost_connection)
{
    Session *session = connect_plain();
    terminate(session_backend_pid(session));
    ck_assert(!session_exec(session, "SELECT 1", &err));
    ck_assert_int_eq((int)err.code, EXIT_CONNECTION);
    ck_assert_str_eq(err.sqlstate, "57P01");
    ck_assert(session_lost(session));
    ck_assert_fails(session_exec(session, "SELECT 1", &err), EXIT_CONNECTION,
                    "lost the connection");
    session_close(session);
}
END_TEST

START_TEST(lost_connection_in_a_pipeline)
{
    Session *session = connect_plain();
    ck_assert_ok(session_pipeline_begin(session, &err));
    ck_assert_ok(session_pipeline_send(session, "SELECT pg_terminate_backend(pg_backend_pid())", 0,
                                       NULL, 1, &err));
    ck_assert_ok(session_pipeline_send(session, "SELECT 1", 0, NULL, 2, &err));
    ck_assert_ok(session_pipeline_sync(session, 3, &err));
    PipelineResult result;
    ck_assert(!session_pipeline_next(session, &result, &err));
    ck_assert_int_eq((int)err.code, EXIT_CONNECTION);
    /* The server's last words may be lost on the way when it closes with input unread. */
    ck_assert(strcmp(err.sqlstate, "57P01") == 0 || strcmp(err.sqlstate, "08006") == 0);
    ck_assert(!session_pipeline_next(session, &result, &err));
    ck_assert(!session_pipeline_end(session, &err));
    session_close(session);
}
END_TEST

START_TEST(lost_connection_in_copy)
{
    Session *session = connect_plain();
    SessionOutcome outcome;
    run(session, "CREATE TEMP TABLE t (a text)");
    ck_assert_ok(session_copy_begin(session, "COPY t FROM STDIN", 17, &outcome, &err));
    terminate(session_backend_pid(session));
    char *piece = memset(arena_alloc(arena, 1 << 20), 'x', 1 << 20);
    bool ok = true;
    for (int i = 0; ok && i < 20; i++)
        ok = session_copy_put(session, piece, 1 << 20, &err);
    ck_assert(!ok);
    ck_assert_int_eq((int)err.code, EXIT_CONNECTION);
    session_close(session);
}
END_TEST

UNIT_SUITE("session", knows_itself, settings_cost_one_round_trip, bad_startup_sql_is_told,
           missing_database, wrong_password, waits_for_a_starting_server, too_many_connections,
           old_server_is_refused, refused_connection_waits_and_gives_up, silent_hosts_are_given_up,
           errors_have_all_parts, places_are_bytes, outcomes, rows_outlive_the_session,
           notices_are_not_localised, ticks_while_waiting, quoting,
           copy_as_a_statement_does_not_hang, copy_in, copy_in_failures, copy_out,
           pipeline_in_order, pipeline_never_blocks, pipeline_end_drains, lost_connection,
           lost_connection_in_a_pipeline, lost_connection_in_copy)
UNIT_MAIN(suite)
