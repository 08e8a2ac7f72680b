#include "dbmig/db/lock.h"

#include <sys/stat.h>

#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/db/history.h"
#include "integration.h"

#define PGBOUNCER "pgbouncer"

static LockOptions options_for(LockKind kind)
{
    return (LockOptions){
        .kind = kind, .schema = "public", .table = "schema_history", .command = "apply"};
}

static MigrationLock *take(Session *session, LockOptions options)
{
    MigrationLock *lock = NULL;
    ck_assert_msg(lock_acquire(arena, session, &options, &lock, &err), "%s", unit_error());
    return lock;
}

static void not_taken(Session *session, LockOptions options)
{
    MigrationLock *lock;
    ck_assert_fails(lock_acquire(arena, session, &options, &lock, &err), EXIT_LOCK_TIMEOUT,
                    "could not get the migration lock of \"public\".\"schema_history\" within ");
}

static void forget_lease(Session *session)
{
    run(session, "DROP TABLE IF EXISTS schema_history_lease");
}

/* ---- advisory ---- */

START_TEST(one_at_a_time)
{
    Session *first = connect_plain(), *second = connect_plain();
    MigrationLock *lock = take(first, options_for(LOCK_AUTO));
    ck_assert_int_eq(lock_kind(lock), LOCK_ADVISORY);
    ck_assert_ptr_null(lock_fence_sql(lock));
    not_taken(second, options_for(LOCK_AUTO));
    ck_assert_ptr_nonnull(strstr(err.detail, arena_printf(arena,
                                                          "server process %d, user postgres, "
                                                          "\"dbmig apply (since 20",
                                                          session_backend_pid(first))));
    ck_assert_ptr_nonnull(strstr(err.detail, "from 127.0.0.1"));
    ck_assert_ptr_nonnull(strstr(err.hint, "pg_terminate_backend"));
    /* Another table is another lock. */
    LockOptions other = options_for(LOCK_AUTO);
    other.table = "other";
    lock_release(take(second, other));
    lock_release(lock);
    lock_release(take(second, options_for(LOCK_AUTO)));
    session_close(second);
    session_close(first);
}
END_TEST

START_TEST(key_is_shared_with_flyway)
{
    Session *session = connect_plain(), *flyway = connect_plain();
    run(flyway, "SELECT pg_advisory_lock(77433833903597)");
    LockOptions options = options_for(LOCK_ADVISORY);
    options.table = "flyway_schema_history";
    MigrationLock *lock;
    ck_assert(!lock_acquire(arena, session, &options, &lock, &err));
    ck_assert_int_eq((int)err.code, EXIT_LOCK_TIMEOUT);
    session_close(flyway);
    options.timeout_ms = 5000;
    lock_release(take(session, options));
    session_close(session);
}
END_TEST

/* Whatever state an error left the session in. */
START_TEST(release_from_any_state)
{
    Session *first = connect_plain(), *second = connect_plain();
    run(first, "CREATE TEMP TABLE t (a text)");
    MigrationLock *lock = take(first, options_for(LOCK_AUTO));
    ck_assert_ok(session_pipeline_begin(first, &err));
    ck_assert_ok(session_pipeline_send(first, "BEGIN", 0, NULL, 1, &err));
    ck_assert_ok(session_pipeline_send(first, "nonsense", 0, NULL, 2, &err));
    lock_release(lock);
    lock_release(take(second, options_for(LOCK_AUTO)));
    lock = take(first, options_for(LOCK_AUTO));
    run(first, "BEGIN");
    ck_assert_ok(session_copy_begin(first, "COPY t FROM STDIN", 17, NULL, &err));
    lock_release(lock);
    lock_release(take(second, options_for(LOCK_AUTO)));
    ck_assert_int_eq(session_tx(first), SESSION_TX_IDLE);
    session_close(second);
    session_close(first);
}
END_TEST

START_TEST(application_name_tells_since_when)
{
    Session *session = connect_plain();
    MigrationLock *lock = take(session, options_for(LOCK_AUTO));
    const char *name = value(session, "SHOW application_name");
    ck_assert_str_eq(name, lock_application_name(lock));
    ck_assert(text_starts(name, "dbmig apply (since 2"));
    ck_assert_ptr_nonnull(strstr(name, arena_printf(arena, "Z) %d@", (int)getpid())));
    ck_assert_uint_le(strlen(name), 63);
    lock_release(lock);
    lock_release(lock);
    session_close(session);
}
END_TEST

static void remember_holder(void *context, const char *holder)
{
    *(const char **)context = arena_strdup(arena, holder);
}

/* In a child: waits for the lock, and exits with 0 when it has got it. */
static void wait_in_child(void *context)
{
    Session *session = NULL;
    SessionOptions session_options = {.url = test_url()};
    LockOptions options = options_for(LOCK_AUTO);
    const char *holder = NULL;
    MigrationLock *lock;
    options.timeout_ms = 20000;
    options.on_wait = remember_holder;
    options.context = &holder;
    if (!session_open(arena, &session_options, &session, &err) ||
        !lock_acquire(arena, session, &options, &lock, &err) || holder == NULL)
        _exit(1);
    (void)context;
    lock_release(lock);
    session_close(session);
    _exit(0);
}

static pid_t fork_waiter(void (*body)(void *context))
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        body(NULL);
        _exit(0);
    }
    return pid;
}

/* A waiter holds no snapshot, or CREATE INDEX CONCURRENTLY would wait for it, and it for the index.
 */
START_TEST(waiters_do_not_stop_concurrent_indexes)
{
    Session *session = connect_plain();
    run(session, "DROP TABLE IF EXISTS t; CREATE TABLE t AS SELECT generate_series(1, 100) AS a");
    MigrationLock *lock = take(session, options_for(LOCK_AUTO));
    pid_t waiter = fork_waiter(wait_in_child);
    sleep_ms(500);
    ck_assert_int_eq(number(session,
                            "SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT "
                            "NULL AND pid <> pg_backend_pid() AND backend_type = "
                            "'client backend'"),
                     0);
    run(session, "SET statement_timeout = '10s'");
    run(session, "CREATE INDEX CONCURRENTLY ON t (a)");
    lock_release(lock);
    int status;
    waitpid(waiter, &status, 0);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    session_close(session);
}
END_TEST

START_TEST(waiting_ends_in_time)
{
    Session *first = connect_plain(), *second = connect_plain();
    MigrationLock *lock = take(first, options_for(LOCK_AUTO));
    LockOptions options = options_for(LOCK_AUTO);
    options.timeout_ms = 600;
    int64_t began = platform_monotonic_ms();
    not_taken(second, options);
    int64_t took = platform_monotonic_ms() - began;
    ck_assert_int_ge(took, 600);
    ck_assert_int_lt(took, 3000);
    lock_release(lock);
    session_close(second);
    session_close(first);
}
END_TEST

static void interrupted_waiter(void *context)
{
    (void)context;
    interrupt_install();
    Session *session = NULL;
    SessionOptions session_options = {.url = test_url()};
    LockOptions options = options_for(LOCK_AUTO);
    MigrationLock *lock;
    options.timeout_ms = 20000;
    if (!session_open(arena, &session_options, &session, &err))
        _exit(1);
    bool got = lock_acquire(arena, session, &options, &lock, &err);
    session_close(session);
    _exit(got ? 2 : (int)err.code);
}

START_TEST(signal_ends_the_waiting)
{
    Session *session = connect_plain();
    MigrationLock *lock = take(session, options_for(LOCK_AUTO));
    pid_t waiter = fork_waiter(interrupted_waiter);
    sleep_ms(400);
    kill(waiter, SIGTERM);
    int status;
    waitpid(waiter, &status, 0);
    ck_assert_int_eq(WEXITSTATUS(status), EXIT_SIGNAL + SIGTERM);
    lock_release(lock);
    session_close(session);
}
END_TEST

/* A backend whose dbmig is gone is told as such: the process named in application_name is dead. */
START_TEST(orphans_are_told)
{
    Session *orphan = connect_plain(), *session = connect_plain();
    MigrationLock *lock = take(orphan, options_for(LOCK_AUTO));
    pid_t dead = fork();
    if (dead == 0)
        _exit(0);
    waitpid(dead, NULL, 0);
    char host[256] = "";
    gethostname(host, sizeof(host) - 1);
    run(orphan, arena_printf(arena,
                             "SET application_name = 'dbmig apply (since 2026-01-02T03:04:05Z) "
                             "%d@%.8s'",
                             (int)dead, host));
    not_taken(session, options_for(LOCK_AUTO));
    ck_assert_ptr_nonnull(strstr(err.hint, "That dbmig process is gone"));
    ck_assert_ptr_nonnull(strstr(
        err.hint, arena_printf(arena, "pg_terminate_backend(%d);", session_backend_pid(orphan))));
    lock_release(lock);
    session_close(session);
    session_close(orphan);
}
END_TEST

START_TEST(holder_for_an_unprivileged_user)
{
    Session *first = connect_plain();
    run(first, "DROP ROLE IF EXISTS nobody_much; CREATE ROLE nobody_much LOGIN");
    MigrationLock *lock = take(first, options_for(LOCK_AUTO));
    Session *weak = connect_with((SessionOptions){.url = url_as("nobody_much")});
    not_taken(weak, options_for(LOCK_AUTO));
    ck_assert_ptr_nonnull(strstr(err.detail, "\"dbmig apply (since 20"));
    ck_assert_ptr_nonnull(strstr(err.detail, "hidden from this user"));
    session_close(weak);
    lock_release(lock);
    run(first, "DROP ROLE nobody_much");
    session_close(first);
}
END_TEST

START_TEST(no_lock_at_all)
{
    Session *session = connect_plain();
    uint64_t before = session_round_trips(session);
    MigrationLock *lock = take(session, options_for(LOCK_NONE));
    ck_assert_int_eq(lock_kind(lock), LOCK_NONE);
    ck_assert_ok(lock_renew(lock, &err));
    lock_release(lock);
    lock_release(NULL);
    ck_assert_int_eq(session_round_trips(session), before);
    session_close(session);
}
END_TEST

/* ---- lease ---- */

START_TEST(lease_one_at_a_time)
{
    Session *first = connect_plain(), *second = connect_plain();
    forget_lease(first);
    MigrationLock *lock = take(first, options_for(LOCK_LEASE));
    ck_assert_int_eq(lock_kind(lock), LOCK_LEASE);
    not_taken(second, options_for(LOCK_LEASE));
    ck_assert_ptr_nonnull(strstr(err.detail, "dbmig apply (since 20"));
    run(first, lock_fence_sql(lock));
    lock_release(lock);
    MigrationLock *next = take(second, options_for(LOCK_LEASE));
    ck_assert_int_eq(number(second, "SELECT token FROM schema_history_lease"), 2);
    lock_release(next);
    session_close(second);
    session_close(first);
}
END_TEST

START_TEST(lease_makes_its_schema)
{
    Session *session = connect_plain();
    run(session, "DROP SCHEMA IF EXISTS leases CASCADE");
    LockOptions options = options_for(LOCK_LEASE);
    options.schema = "leases";
    options.table = "flyway_schema_history";
    lock_release(take(session, options));
    ck_assert_int_eq(number(session, "SELECT token FROM leases.dbmig_lease"), 1);
    run(session, "DROP SCHEMA leases CASCADE");
    session_close(session);
}
END_TEST

START_TEST(expired_lease_is_taken_over_and_fenced)
{
    Session *first = connect_plain(), *second = connect_plain();
    forget_lease(first);
    run(first, "DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
    LockOptions options = options_for(LOCK_LEASE);
    options.lease_ms = 200;
    MigrationLock *old = take(first, options);
    sleep_ms(300);
    MigrationLock *new = take(second, options);
    /* In a transaction, and in a pipeline, before anything else. */
    run(first, "BEGIN");
    ck_assert(!session_exec(first, lock_fence_sql(old), &err));
    ck_assert(lock_lost(&err));
    run(first, "ROLLBACK");
    ck_assert_ok(session_pipeline_begin(first, &err));
    ck_assert_ok(session_pipeline_send(first, lock_fence_sql(old), 0, NULL, 1, &err));
    ck_assert_ok(session_pipeline_send(first, "INSERT INTO t VALUES (1)", 0, NULL, 2, &err));
    ck_assert_ok(session_pipeline_sync(first, 3, &err));
    PipelineResult result;
    ck_assert_ok(session_pipeline_next(first, &result, &err));
    ck_assert_int_eq(result.event, PIPELINE_FAILED);
    ck_assert(lock_lost(&err));
    ck_assert_ok(session_pipeline_end(first, &err));
    ck_assert_int_eq(number(first, "SELECT count(*) FROM t"), 0);
    ck_assert(!lock_renew(old, &err));
    ck_assert(lock_lost(&err));
    /* The old holder's release must not free the new one's lease. */
    lock_release(old);
    run(second, lock_fence_sql(new));
    lock_release(new);
    session_close(second);
    session_close(first);
}
END_TEST

/* Expired or not: while a fenced transaction is open, nobody takes over, and nobody waits for it.
 */
START_TEST(open_transaction_keeps_the_lease)
{
    Session *first = connect_plain(), *second = connect_plain();
    forget_lease(first);
    LockOptions options = options_for(LOCK_LEASE);
    options.lease_ms = 200;
    MigrationLock *lock = take(first, options);
    run(first, "BEGIN");
    run(first, lock_fence_sql(lock));
    sleep_ms(300);
    int64_t began = platform_monotonic_ms();
    not_taken(second, options);
    ck_assert_int_lt(platform_monotonic_ms() - began, 2000);
    run(first, "COMMIT");
    lock_release(lock);
    session_close(second);
    session_close(first);
}
END_TEST

START_TEST(lease_is_renewed)
{
    Session *first = connect_plain(), *second = connect_plain();
    forget_lease(first);
    LockOptions options = options_for(LOCK_LEASE);
    options.lease_ms = 600;
    MigrationLock *lock = take(first, options);
    for (int i = 0; i < 10; i++) {
        sleep_ms(100);
        ck_assert_ok(lock_renew(lock, &err));
    }
    not_taken(second, options);
    error_clear(&err);
    lock_release(lock);
    session_close(second);
    session_close(first);
}
END_TEST

static void renew(void *context)
{
    Error problem = {0};
    if (!lock_renew(context, &problem))
        fprintf(stderr, "# %s\n", problem.primary);
    error_clear(&problem);
}

START_TEST(lease_is_renewed_while_busy)
{
    Session *first = connect_plain(), *second = connect_plain();
    forget_lease(first);
    LockOptions options = options_for(LOCK_LEASE);
    options.lease_ms = 600;
    options.url = test_url();
    MigrationLock *lock = take(first, options);
    session_on_tick(first, renew, lock, 100);
    run(first, "SELECT pg_sleep(1.5)");
    session_on_tick(first, NULL, NULL, 0);
    not_taken(second, options);
    lock_release(lock);
    session_close(second);
    session_close(first);
}
END_TEST

/*
 * The test of the fence: a run that was stopped past its lease, anywhere, must commit nothing after
 * another has taken over. The child commits as fast as it can; its rows carry its token.
 */
static void commit_for_ever(void *context)
{
    (void)context;
    Session *session = NULL;
    SessionOptions session_options = {.url = test_url()};
    LockOptions options = options_for(LOCK_LEASE);
    MigrationLock *lock;
    options.lease_ms = 300;
    if (!session_open(arena, &session_options, &session, &err) ||
        !lock_acquire(arena, session, &options, &lock, &err))
        _exit(1);
    for (;;) {
        if (!session_exec(session, "BEGIN", &err))
            _exit(2);
        if (!session_exec(session, lock_fence_sql(lock), &err))
            _exit(lock_lost(&err) ? 0 : 3);
        if (!session_exec(session,
                          "INSERT INTO fenced SELECT token, clock_timestamp() FROM "
                          "schema_history_lease",
                          &err) ||
            !session_exec(session, "COMMIT", &err))
            _exit(4);
    }
}

START_TEST(stopped_process_commits_nothing)
{
    Session *session = connect_plain();
    forget_lease(session);
    run(session, "DROP TABLE IF EXISTS fenced; CREATE TABLE fenced (token bigint, at timestamptz)");
    lock_release(take(session, options_for(LOCK_LEASE)));
    for (int round = 0; round < 8; round++) {
        run(session, "DELETE FROM fenced");
        pid_t child = fork_waiter(commit_for_ever);
        while (number(session, "SELECT count(*) FROM fenced WHERE token = (SELECT token FROM "
                               "schema_history_lease)") < 3)
            sleep_ms(5);
        sleep_ms(round);
        kill(child, SIGSTOP);
        LockOptions options = options_for(LOCK_LEASE);
        options.lease_ms = 5000;
        options.timeout_ms = 1500;
        MigrationLock *lock;
        bool got = lock_acquire(arena, session, &options, &lock, &err);
        long rows = number(session, "SELECT count(*) FROM fenced");
        kill(child, SIGCONT);
        int status = 0;
        if (got) {
            waitpid(child, &status, 0);
            ck_assert_int_eq(WEXITSTATUS(status), 0);
            ck_assert_int_eq(number(session, "SELECT count(*) FROM fenced"), rows);
            lock_release(lock);
        } else { /* stopped inside a transaction, which keeps the lease */
            ck_assert_int_eq((int)err.code, EXIT_LOCK_TIMEOUT);
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            sleep_ms(400);
        }
    }
    session_close(session);
}
END_TEST

/* ---- through PgBouncer in transaction mode ---- */

static Process *start_pooler(int *ret_port)
{
    const char *real = strchr(test_url(), '@') + 1;
    char *host = arena_strndup(arena, real, strcspn(real, ":/"));
    const char *port = strchr(real, ':') + 1;
    *ret_port = 20000 + (int)(getpid() % 20000);
    char *config = arena_printf(arena,
                                "[databases]\n* = host=%s port=%.*s user=postgres\n[pgbouncer]\n"
                                "listen_addr = 127.0.0.1\nlisten_port = %d\nauth_type = any\n"
                                "pool_mode = transaction\nunix_socket_dir =\n"
                                "server_reset_query_always = 0\ndefault_pool_size = 1\n"
                                "ignore_startup_parameters = extra_float_digits\n",
                                host, (int)strcspn(port, "/"), port, *ret_port);
    char *path = unit_path("pgbouncer.ini");
    ck_assert_ok(file_create_new(path, config, strlen(config), 0644, &err));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    const char *argv[] = {PGBOUNCER, path, NULL};
    ProcessSpec spec = {.argv = argv, .stdout_path = unit_path("pgbouncer.log")};
    if (geteuid() == 0)
        spec.run_as = spec.run_as_group = 65534; /* it refuses to run as root */
    Process *process;
    ck_assert_ok(process_start(arena, &spec, &process, &err));
    return process;
}

/* Two clients that share one server connection, as a pool does it at the worst moment. */
START_TEST(pooler_is_noticed_and_gets_a_lease)
{
    int port;
    Session *direct = connect_plain();
    forget_lease(direct);
    Process *pooler = start_pooler(&port);
    const char *url =
        arena_printf(arena, "postgres://postgres@127.0.0.1:%d/postgres?search_path=none", port);
    Session *first = connect_with(
        (SessionOptions){.url = url, .wait_ms = 5000, .startup_sql = "SET lock_timeout = '7s'"});
    Session *second = connect_with((SessionOptions){.url = url});
    bool pooled = false;
    ck_assert_ok(lock_detect_pooler(first, &pooled, &err));
    ck_assert(pooled && session_pooled(second));
    /* Nothing of a session may stick to the shared connection. */
    ck_assert_str_eq(value(second, "SHOW lock_timeout"), "0");
    ck_assert_str_ne(value(second, "SHOW search_path"), "none");
    ck_assert_str_eq(session_search_path(second), "none");
    /* But the history is looked for where the URL says. */
    History history;
    run(direct, "CREATE SCHEMA IF NOT EXISTS none");
    ck_assert_ok(history_read(arena, first, NULL, "schema_history", &history, &err));
    ck_assert_str_eq(history.schema, "none");
    ck_assert_str_ne(value(second, "SHOW search_path"), "none");
    LockOptions options = options_for(LOCK_ADVISORY);
    MigrationLock *lock;
    ck_assert_fails(lock_acquire(arena, first, &options, &lock, &err), EXIT_USAGE, "pooler");
    lock = take(first, options_for(LOCK_AUTO));
    ck_assert_int_eq(lock_kind(lock), LOCK_LEASE);
    not_taken(second, options_for(LOCK_AUTO));
    error_clear(&err);
    run(first, "BEGIN");
    run(first, lock_fence_sql(lock));
    run(first, "COMMIT");
    lock_release(lock);
    lock_release(take(second, options_for(LOCK_AUTO)));
    session_close(second);
    session_close(first);
    session_close(direct);
    process_stop(pooler, SIGTERM, 3000);
}
END_TEST

static Suite *suite(void)
{
    const TTest *const tests[] = {
        one_at_a_time,
        key_is_shared_with_flyway,
        release_from_any_state,
        application_name_tells_since_when,
        waiters_do_not_stop_concurrent_indexes,
        waiting_ends_in_time,
        signal_ends_the_waiting,
        orphans_are_told,
        holder_for_an_unprivileged_user,
        no_lock_at_all,
        lease_one_at_a_time,
        lease_makes_its_schema,
        expired_lease_is_taken_over_and_fenced,
        open_transaction_keeps_the_lease,
        lease_is_renewed,
        lease_is_renewed_while_busy,
        stopped_process_commits_nothing,
        pooler_is_noticed_and_gets_a_lease,
    };
    arena = arena_new();
    size_t count = ARRAY_LENGTH(tests);
    if (!process_find(arena, PGBOUNCER, NULL)) {
        printf("# no %s here: its test is left out\n", PGBOUNCER);
        count--;
    }
    arena_free(arena);
    return unit_suite("lock", tests, count);
}
UNIT_MAIN(suite)
