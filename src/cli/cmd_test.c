/* dbmig test: tests of migrations on a throwaway server. */
#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/engine/test.h"
#include "test_output.h"

static void on_test(void *context, const TestCase *test, size_t index, size_t total)
{
    (void)context;
    log_progress("testing %zu/%zu %s", index + 1, total, test->name);
}

static void fill_options(const CommandContext *context, StringList *versions, TestOptions *ret)
{
    for (size_t i = 0; i < context->positional_count; i++)
        VEC_PUSH(context->arena, *versions, context->positionals[i]);
    *ret = (TestOptions){
        .folder = option_string(context->options, OPT_TESTS),
        .filter = option_string(context->options, OPT_FILTER),
        .versions = versions,
        .rows = (size_t)option_number(context->options, OPT_ROWS),
        .on_test = on_test,
    };
    replay_options_fill(context, &ret->replay);
}

static bool nothing_found(const MigrationFolder *folder, const TestOptions *options, Error *err)
{
    if (options->filter != NULL || options->versions->count > 0)
        return error_set(err, EXIT_USAGE, "no test in %s is one of those asked for", options->folder);
    error_set(err, EXIT_USAGE, "there is no test in %s", options->folder);
    return error_hint(err, "Tests are pairs of SQL files: V<version>__<name>.before.sql runs before that "
                           "migration of %s, V<version>__<name>.after.sql after it. --tests DIR says where "
                           "they are; --rows 100 needs none.", folder->path);
}

/* ---- what is shown ---- */

/* Lines after the first stand below it. */
static void add_indented(Report *report, const char *label, const char *text)
{
    for (bool first = true; *text != '\0'; first = false) {
        size_t len = strcspn(text, "\n");
        report_line(report, "        %s%.*s", first ? label : "", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static void add_people_lines(Arena *arena, Report *report, const TestCase *test)
{
    report_line(report, "%s  %s (%lld ms)", test->failed ? "FAILED" : "ok    ", test->name,
                (long long)test->spent_ms);
    for (size_t i = 0; i < test->failures.count; i++)
        add_indented(report, "", test_failure_shown(arena, &test->failures.items[i]));
    for (size_t i = 0; i < test->notes.count; i++)
        add_indented(report, "note: ", test->notes.items[i]);
}

static void add_rows(Arena *arena, Report *report, const TestList *tests)
{
    static const ReportColumn columns[] = {
        {"name", NULL},     {"version", NULL}, {"passed", NULL}, {"spent_ms", NULL},
        {"failures", NULL}, {"notes", NULL},   {"before", NULL}, {"after", NULL},
    };
    ReportTable *table = report_table(report, "tests", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < tests->count; i++) {
        const TestCase *test = &tests->items[i];
        StringList failures = {0};
        for (size_t k = 0; k < test->failures.count; k++)
            VEC_PUSH(arena, failures, test_failure_shown(arena, &test->failures.items[k]));
        const ReportValue row[] = {
            report_text(test->name),       report_text(test->version),
            report_bool(!test->failed),    report_duration(test->spent_ms),
            report_texts(&failures), report_texts(&test->notes),
            report_text(test->before),     report_text(test->after),
        };
        report_row(table, row);
    }
}

static void tell(const CommandContext *context, const TestList *tests)
{
    Report *report = context->report;
    size_t failed = 0;
    bool tap = option_flag(context->options, OPT_TAP);
    for (size_t i = 0; i < tests->count; i++) {
        failed += tests->items[i].failed;
        if (!tap)
            add_people_lines(context->arena, report, &tests->items[i]);
    }
    if (tap)
        test_output_tap(context->arena, report, tests);
    else
        report_line(report, "%zu passed, %zu failed", tests->count - failed, failed);
    add_rows(context->arena, report, tests);
    report_field(report, "passed", NULL, report_int((int64_t)(tests->count - failed)));
    report_field(report, "failed", NULL, report_int((int64_t)failed));
    if (failed > 0)
        report_mark_findings(report);
}

static bool write_junit(const CommandContext *context, const TestList *tests, Error *err)
{
    const char *path = option_string(context->options, OPT_JUNIT);
    Buf out = {0};
    if (path == NULL)
        return true;
    test_output_junit(tests, &out);
    bool done = file_write_atomic(path, buf_text(&out), out.len, 0644, err);
    buf_free(&out);
    return done;
}

static bool run(CommandContext *context, Error *err)
{
    MigrationFolder folder;
    TestOptions options;
    TestList tests;
    StringList versions = {0};
    fill_options(context, &versions, &options);
    if (!migration_load(context->arena, option_string(context->options, OPT_DIR), NULL, &folder, err) ||
        !test_find(context->arena, &folder, &options, &tests, err))
        return false;
    if (tests.count == 0)
        return nothing_found(&folder, &options, err);
    bool done = test_run(context->arena, &folder, &options, &tests, err);
    log_progress(NULL);
    if (!done)
        return false;
    tell(context, &tests);
    return write_junit(context, &tests, err);
}

static const CommandPositional positionals[] = {
    {"VERSION...", false, true, "run the tests of these versions alone"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPT_DIR,    OPT_DIR_FORMAT,    OPT_TESTS,
                                   OPT_FILTER, OPT_ROWS,          OPT_TAP,
                                   OPT_JUNIT,  REPLAY_OPTION_IDS, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# dbmig test", "all tests in the folder tests"},
    {"# dbmig test 12 --junit report.xml", "those of version 12, with a report for the CI server"},
    {"# dbmig test --rows 100", "also the newest migration on tables with 100 generated rows each"},
    {NULL, NULL},
};

const Command command_test = {
    .name = "test",
    .summary = "run the tests of the migrations",
    .description =
        "A test of version 12 is a pair of SQL files in the folder tests, either of which may be "
        "missing: "
        "V12__NAME.before.sql runs in the schema before version 12, to put in the data that is to "
        "be migrated; "
        "then the migration runs, then V12__NAME.after.sql. There, each query must return no row, "
        "or a single "
        "true. A query that finds what must not be is the shortest test: its rows are shown. Files "
        "called "
        "NAME.test.sql run in the schema that all files lead to, repeatable ones included. An "
        "error in any of "
        "them fails the test.\n\n"
        "Lines of TAP that a query returns are read as such: in a database with the extension "
        "pgtap its "
        "functions can be used.\n\n"
        "Each test has a copy of the database to itself, on a throwaway server. What was replayed "
        "before comes "
        "from the cache. A test sees versioned files up to its own; repeatable ones run last.\n\n"
        "With --rows N there is one test more for each VERSION given (without any, for the "
        "newest): the tables "
        "are filled with N generated rows each, as far as types, keys, checks and triggers let "
        "them in; the "
        "migration must not fail, and no table may lose rows.\n\n"
        "Exit code 1 when a test failed.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
