/* The steps that try what belongs to the new versions: B files against the history, and tests of
 * migrations. */
#include <string.h>

#include "check_private.h"
#include "dbmig/engine/squash.h"
#include "dbmig/engine/test.h"
#include "dbmig/project/blank.h"

/* New against the base; where there is none, the newest. */
static bool is_judged(const CheckRun *run, const Migration *migration, const Migration *newest)
{
    const CheckResult *result = run->result;
    return result->base != NULL ? gitbase_is_news(&result->news, migration) : migration == newest;
}

/* Without a note that check's own replay has made. */
static ReplayOptions quiet_replay(const CheckRun *run)
{
    ReplayOptions options = run->options->replay;
    options.on_note = NULL;
    options.observer = NULL;
    return options;
}

/* The first line of the text is the message, the rest what was seen. */
static void add_finding(CheckRun *run, const char *code, const char *name, const char *file, size_t line,
                        const char *text, const char *fix)
{
    Arena *arena = run->arena;
    size_t first = strcspn(text, "\n");
    Finding finding = {
        .code = code,
        .name = name,
        .severity = SEVERITY_ERROR,
        .file = file,
        .line = line,
        .message = arena_strndup(arena, text, first),
        .evidence = text[first] == '\n' ? text + first + 1 : NULL,
        .fix = fix,
    };
    VEC_PUSH(arena, run->result->findings, finding);
}

/* ---- B files ---- */

static const Migration *newest_base(const MigrationFolder *folder)
{
    const Migration *newest = NULL;
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *migration = &folder->items[i];
        if (migration->kind == MIGRATION_BASELINE &&
            (newest == NULL || version_compare(migration->version, newest->version) > 0))
            newest = migration;
    }
    return newest;
}

bool check_base_files(CheckRun *run, Error *err)
{
    const MigrationFolder *folder = &run->result->folder;
    const Migration *newest = newest_base(folder);
    ReplayOptions replay = quiet_replay(run);
    size_t proved = 0;
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *base = &folder->items[i];
        StringList differences = {0};
        if (base->kind != MIGRATION_BASELINE || base == folder->base || !is_judged(run, base, newest))
            continue;
        if (!squash_prove(run->arena, folder, base, &replay, &differences, err))
            return false;
        for (size_t k = 0; k < differences.count; k++)
            add_finding(run, "base_file", "base-file", base->path, 0, differences.items[k],
                        "dbmig squash writes a B file that is proved");
        proved += differences.count == 0;
        run->outcome = arena_printf(run->arena, "%zu B file%s like the history up to its version", proved,
                                    proved == 1 ? "" : "s");
    }
    return true;
}

/* ---- tests of migrations ---- */

static void choose_versions(const CheckRun *run, StringList *ret)
{
    const MigrationFolder *folder = &run->result->folder;
    const Migration *newest = migration_last_version(folder);
    for (size_t i = 0; i < folder->run_count; i++)
        if (folder->run[i]->version != NULL && is_judged(run, folder->run[i], newest))
            VEC_PUSH(run->arena, *ret, folder->run[i]->version);
}

/* Those of the whole schema are for any change. */
static void keep_judged(const StringList *versions, TestList *tests)
{
    size_t kept = 0;
    for (size_t i = 0; i < tests->count; i++) {
        bool wanted = tests->items[i].version == NULL;
        for (size_t k = 0; !wanted && k < versions->count; k++)
            wanted = version_compare(versions->items[k], tests->items[i].version) == 0;
        if (wanted)
            tests->items[kept++] = tests->items[i];
    }
    tests->count = kept;
}

static size_t take_failures(CheckRun *run, const TestList *tests)
{
    size_t failed = 0;
    for (size_t i = 0; i < tests->count; i++) {
        const TestCase *test = &tests->items[i];
        failed += test->failed;
        for (size_t k = 0; k < test->failures.count; k++) {
            const TestFailure *failure = &test->failures.items[k];
            add_finding(run, "test", "migration-test", failure->file, failure->line, failure->text, NULL);
        }
    }
    return failed;
}

bool check_tests(CheckRun *run, Error *err)
{
    CheckResult *result = run->result;
    TestOptions options = {.replay = quiet_replay(run), .folder = run->options->tests};
    StringList versions = {0};
    TestList tests;
    if (options.folder == NULL)
        return true;
    if (!test_find(run->arena, &result->folder, &options, &tests, err))
        return false;
    choose_versions(run, &versions);
    keep_judged(&versions, &tests);
    if (tests.count == 0)
        return true;
    if (!test_run(run->arena, &result->folder, &options, &tests, err))
        return false;
    size_t failed = take_failures(run, &tests);
    run->outcome = arena_printf(run->arena, "%zu passed, %zu failed", tests.count - failed, failed);
    return true;
}
