/*
 * Runs tests in the order of their versions: the replay goes on to the version before, and each
 * test has a fork of it.
 */
#include "dbmig/base/buf.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "test_private.h"

typedef struct Run {
    Arena *arena;
    const MigrationFolder *folder;
    const TestOptions *options;
    Replay replay;
    bool open;
    size_t position; /* files of folder->run that are in the database */
} Run;

static void add_part(Buf *out, const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0')
        buf_printf(out, "\n    %s%s", label, text);
}

void test_add_failure(Arena *arena, TestCase *test, TestFailure failure)
{
    test->failed = true;
    VEC_PUSH(arena, test->failures, failure);
}

/* The error as a failure of the test. */
static void add_error(Arena *arena, TestCase *test, Error *err)
{
    Buf text = {0};
    buf_add_str(&text, err->primary);
    if (err->sqlstate[0] != '\0')
        buf_printf(&text, " [%s]", err->sqlstate);
    add_part(&text, "", err->detail);
    add_part(&text, "hint: ", err->hint);
    const char *file = err->file == NULL ? NULL : arena_strdup(arena, err->file);
    test_add_failure(arena, test, (TestFailure){file, err->line, buf_steal(&text, arena)});
    error_clear(err);
}

const char *test_failure_shown(Arena *arena, const TestFailure *failure)
{
    if (failure->file == NULL)
        return failure->text;
    if (failure->line == 0)
        return arena_printf(arena, "%s: %s", failure->file, failure->text);
    return arena_printf(arena, "%s:%zu: %s", failure->file, failure->line, failure->text);
}

/* What a test may be blamed for; else the run ends. */
static bool is_failure(const Run *run, const Error *err)
{
    bool server_is_there = run->replay.session != NULL && !session_lost(run->replay.session);
    return interrupt_signal() == 0 && server_is_there && (err->code == EXIT_SQL || err->code == EXIT_USAGE);
}

static bool run_before(Run *run, const TestCase *test, Error *err)
{
    Bytes content;
    return test->before == NULL ||
           (file_read(run->arena, test->before, &content, err) &&
            replay_sql(run->arena, &run->replay, test->before, content.data, content.len, err));
}

static bool run_migration(Run *run, const TestCase *test, Error *err)
{
    return test->index == run->folder->run_count ||
           replay_run(run->arena, &run->replay, run->folder, test->index, 1, &run->options->replay, NULL,
                      err);
}

static bool run_inside(Run *run, TestCase *test, Error *err)
{
    TestRows *rows = NULL;
    if (test->rows > 0)
        return test_rows_fill(run->arena, &run->replay, test, &rows, err) && run_migration(run, test, err) &&
               test_rows_compare(run->arena, &run->replay, rows, test, err);
    return run_before(run, test, err) && run_migration(run, test, err) &&
           (test->after == NULL || test_judge(run->arena, &run->replay, test, test->after, err));
}

static bool run_test(Run *run, TestCase *test, Error *err)
{
    int64_t begun = platform_monotonic_ms();
    Error ignored = {0};
    if (interrupt_check(err) || !replay_fork(&run->replay, err))
        return false;
    bool done = run_inside(run, test, err);
    if (!done && is_failure(run, err)) {
        add_error(run->arena, test, err);
        done = true;
    }
    done = replay_unfork(&run->replay, done ? err : &ignored) && done;
    error_clear(&ignored);
    test->spent_ms = platform_monotonic_ms() - begun;
    return done;
}

/* Up to the version before the test, from the cache as far as it goes. */
static bool begin_at(Run *run, size_t index, Error *err)
{
    ReplayOptions options = run->options->replay;
    if (index == 0)
        run->open = replay_empty(run->arena, &options, &run->replay, err);
    else {
        bool all = index == run->folder->run_count;
        options.to_version = all ? NULL : run->folder->run[index - 1]->version;
        run->open = replay_folder(run->arena, run->folder, &options, &run->replay, err);
    }
    run->position = index;
    return run->open;
}

static bool go_on_to(Run *run, size_t index, Error *err)
{
    if (!run->open)
        return begin_at(run, index, err);
    size_t count = index - run->position;
    if (count > 0 && !replay_run(run->arena, &run->replay, run->folder, run->position, count,
                                 &run->options->replay, NULL, err))
        return false;
    run->position = index;
    return true;
}

bool test_run(Arena *arena, const MigrationFolder *folder, const TestOptions *options, TestList *tests,
              Error *err)
{
    Run run = {.arena = arena, .folder = folder, .options = options};
    bool done = true;
    for (size_t i = 0; done && i < tests->count; i++) {
        TestCase *test = &tests->items[i];
        if (options->on_test != NULL)
            options->on_test(options->context, test, i, tests->count);
        done = go_on_to(&run, test->index, err) && run_test(&run, test, err);
    }
    replay_end(&run.replay);
    return done;
}
