/* Signals that reach a session's calls, each in a child, where handlers can be installed. */
#include "fake_server.h"

static void signal_after(long ms)
{
    pid_t target = getpid();
    if (fork() == 0) {
        sleep_ms(ms);
        kill(target, SIGTERM);
        _exit(0);
    }
}

/* In the child, what is not as it must be ends with code 99. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: %s\n", __LINE__, unit_error());                              \
            _exit(99);                                                                             \
        }                                                                                          \
    } while (0)

static void in_child(void (*body)(void *context))
{
    char *text;
    int code = unit_child(body, NULL, &text);
    ck_assert_msg(code == 0, "%s", text);
}

static Session *child_session(void)
{
    Session *session = NULL;
    SessionOptions options = {.url = test_url()};
    interrupt_install();
    MUST(session_open(arena, &options, &session, &err));
    return session;
}

static void interrupted_statement(void *context)
{
    (void)context;
    Session *session = child_session();
    MUST(session_exec(session, "BEGIN; CREATE TEMP TABLE t ()", &err));
    signal_after(200);
    int64_t began = platform_monotonic_ms();
    MUST(!session_exec(session, "SELECT pg_sleep(30)", &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(platform_monotonic_ms() - began < 4000);
    MUST(session_tx(session) == SESSION_TX_FAILED);
    /* Clean-ups work afterwards. */
    MUST(session_exec(session, "ROLLBACK; SELECT pg_sleep(0.1)", &err));
    session_close(session);
}

START_TEST(signal_cancels_a_statement)
{
    in_child(interrupted_statement);
}
END_TEST

static void interrupted_before(void *context)
{
    (void)context;
    Session *session = child_session();
    MUST(session_exec(session, "BEGIN", &err));
    raise(SIGTERM);
    MUST(!session_exec(session, "SELECT 1", &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(session_tx(session) == SESSION_TX_OPEN);
    MUST(session_exec(session, "ROLLBACK", &err));
    Session *second;
    SessionOptions options = {.url = test_url()};
    MUST(!session_open(arena, &options, &second, &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    options.ignore_interrupt = true;
    MUST(session_open(arena, &options, &second, &err));
    MUST(session_exec(second, "SELECT 1", &err));
    session_close(second);
    session_close(session);
}

START_TEST(signal_before_a_call)
{
    in_child(interrupted_before);
}
END_TEST

static void interrupted_pipeline(void *context)
{
    (void)context;
    Session *session = child_session();
    MUST(session_pipeline_begin(session, &err));
    MUST(session_pipeline_send(session, "SELECT pg_sleep(30)", 0, NULL, 1, &err));
    MUST(session_pipeline_sync(session, 2, &err));
    MUST(session_pipeline_send(session, "SELECT 1", 0, NULL, 3, &err));
    signal_after(200);
    PipelineResult result;
    MUST(session_pipeline_next(session, &result, &err));
    MUST(result.event == PIPELINE_FAILED && result.tag == 1);
    result.tag = 99;
    MUST(!session_pipeline_next(session, &result, &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(result.tag == 99); /* nothing was taken */
    MUST(session_pipeline_next(session, &result, &err));
    MUST(result.event == PIPELINE_SYNC && result.tag == 2);
    MUST(session_pipeline_end(session, &err));
    MUST(session_exec(session, "SELECT 1", &err));
    session_close(session);
}

START_TEST(signal_cancels_a_pipeline)
{
    in_child(interrupted_pipeline);
}
END_TEST

/* The call that tells the signal has queued nothing: the answers are those of what was queued. */
static void interrupted_sends(void *context)
{
    (void)context;
    Session *session = child_session();
    PipelineResult result;
    MUST(session_pipeline_begin(session, &err));
    MUST(session_pipeline_send(session, "SELECT 1", 0, NULL, 1, &err));
    raise(SIGTERM);
    MUST(!session_pipeline_send(session, "SELECT 2", 0, NULL, 2, &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(session_pipeline_send(session, "SELECT 3", 0, NULL, 3, &err));
    MUST(session_pipeline_sync(session, 4, &err));
    static const uint64_t tags[] = {1, 3, 4};
    for (size_t i = 0; i < 3; i++) {
        MUST(session_pipeline_next(session, &result, &err));
        MUST(result.tag == tags[i]);
    }
    MUST(session_pipeline_end(session, &err));
    session_close(session);
}

START_TEST(signal_before_a_send)
{
    in_child(interrupted_sends);
}
END_TEST

/* Whatever is queued: pipeline mode is left, and the session works. */
static void interrupted_end(void *context)
{
    int queued = *(const int *)context;
    Session *session = child_session();
    MUST(session_pipeline_begin(session, &err));
    for (int i = 0; i < queued; i++) {
        MUST(session_pipeline_send(session, i == 0 ? "SELECT pg_sleep(20)" : "SELECT 1", 0, NULL,
                                   (uint64_t)i, &err));
        MUST(i % 2 == 0 || session_pipeline_sync(session, 0, &err));
    }
    raise(SIGTERM);
    int64_t began = platform_monotonic_ms();
    MUST(!session_pipeline_end(session, &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(platform_monotonic_ms() - began < 4000);
    MUST(!session_lost(session) && !session_busy(session));
    MUST(session_exec(session, "SELECT 1", &err));
    session_close(session);
}

START_TEST(signal_at_the_end_of_a_pipeline)
{
    for (int queued = 0; queued < 4; queued++) {
        char *text;
        int code = unit_child(interrupted_end, &queued, &text);
        ck_assert_msg(code == 0, "%d queued: %s", queued, text);
    }
}
END_TEST

static void interrupted_copy(void *context)
{
    (void)context;
    Session *session = child_session();
    SessionOutcome outcome;
    MUST(session_exec(session, "CREATE TEMP TABLE t (a text)", &err));
    MUST(session_copy_begin(session, "COPY t FROM STDIN", 17, &outcome, &err));
    MUST(session_copy_put(session, "x\n", 2, &err));
    raise(SIGTERM);
    MUST(!session_copy_put(session, "x\n", 2, &err));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(session_exec(session, "SELECT 1", &err));
    session_close(session);
}

START_TEST(signal_ends_a_copy)
{
    in_child(interrupted_copy);
}
END_TEST

static void interrupted_connecting(void *context)
{
    (void)context;
    interrupt_install();
    FakeServer silent = fake_server(NULL, 0);
    signal_after(200);
    int64_t began = platform_monotonic_ms();
    MUST(!open_at(silent.port, "", (SessionOptions){.wait_ms = 20000}));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
    MUST(platform_monotonic_ms() - began < 3000);
    fake_end(silent);
    /* And while it waits for the next try. */
}

START_TEST(signal_while_connecting)
{
    in_child(interrupted_connecting);
}
END_TEST

static void interrupted_retry(void *context)
{
    (void)context;
    int port;
    close(listen_anywhere(&port));
    interrupt_install();
    signal_after(300);
    MUST(!open_at(port, "", (SessionOptions){.wait_ms = 20000}));
    MUST((int)err.code == EXIT_SIGNAL + SIGTERM);
}

START_TEST(signal_between_tries)
{
    in_child(interrupted_retry);
}
END_TEST

UNIT_SUITE("session_signals", signal_cancels_a_statement, signal_before_a_call,
           signal_cancels_a_pipeline, signal_before_a_send, signal_at_the_end_of_a_pipeline,
           signal_ends_a_copy, signal_while_connecting, signal_between_tries)
UNIT_MAIN(suite)
