/*
 * Reports in each format: tests/golden/report/NAME.FORMAT. GOLDEN_UPDATE=1 writes them anew, to be
 * read before they are kept.
 */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/report/report.h"

#define GOLDEN_FOLDER "tests/golden/report"

static const ReportColumn columns[] = {
    {"script", "script"}, {"state", "state"}, {"took_ms", "took"},
    {"size", "size"},     {"rank", NULL},
};

static void add_rows(ReportTable *table)
{
    const ReportValue rows[][5] = {
        {report_text("V1__a.sql"), report_text("applied"), report_duration(1234),
         report_bytes(2048), report_int(1)},
        {report_text("V10__größer|x.sql"), report_text(NULL), report_duration(5), report_bytes(12),
         report_int(2)},
        {report_text("tab\tand\nnewline"), report_text("pending"), report_text(NULL),
         report_text(NULL), report_text(NULL)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        report_row(table, rows[i]);
}

static Report *make_plain(void)
{
    static const char *const names[] = {"a.sql", "b.sql"};
    StringList list = {0};
    Report *report = report_new(arena, "status");
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        VEC_PUSH(arena, list, names[i]);
    report_field(report, "database", "database", report_text("u@h:5432/d"));
    report_field(report, "current_version", "current version", report_text("1"));
    report_field(report, "target", "target", report_text(NULL));
    report_field(report, "hidden", NULL, report_bool(true));
    report_field(report, "elapsed_ms", "elapsed", report_duration(125000));
    report_field(report, "files", "files", report_texts(&list));
    report_line(report, "%s", "");
    report_line(report, "Two words, %d%% and <b>markup</b>.", 50);
    add_rows(report_table(report, "migrations", "migrations", columns, ARRAY_LENGTH(columns)));
    report_table(report, "empty", "nothing", columns, ARRAY_LENGTH(columns));
    report_block(report, "sql", "SELECT '```';\n::set-output name=x::y", "sql");
    return report;
}

static const Finding findings[] = {
    {.code = "DM011",
     .name = "set-not-null",
     .severity = SEVERITY_ERROR,
     .file = "migrations/V2__ü, 50%.sql",
     .line = 3,
     .column = 7,
     .message = "SET NOT NULL scans the table",
     .why = "Writers wait for it.",
     .fix = "ADD CONSTRAINT … NOT VALID,\nthen VALIDATE.",
     .evidence = "seq scan of 3 rows",
     .excerpt = "ALTER TABLE t\n      ^"},
    {.code = "DM011",
     .name = "set-not-null",
     .severity = SEVERITY_ERROR,
     .file = "migrations/V2__ü, 50%.sql",
     .line = 9,
     .message = "SET NOT NULL scans the table",
     .excerpt = "ALTER TABLE t\n      ^"},
    {.code = "drift", .severity = SEVERITY_WARNING, .message = "table \"x\" is not in the schema"},
    {.code = "note", .severity = SEVERITY_INFO, .file = "/abs/a b.sql", .message = "50% | done"},
    {.code = "off", .severity = SEVERITY_OFF, .message = "never shown"},
};

static Report *make_findings(void)
{
    Report *report = report_new(arena, "check");
    for (size_t i = 0; i < ARRAY_LENGTH(findings); i++)
        report_finding(report, &findings[i]);
    return report;
}

static Report *make_error(void)
{
    Report *report = report_new(arena, "apply");
    report_field(report, "applied", "applied", report_int(2));
    error_set(&err, EXIT_SQL, "relation \"x\" does not exist");
    error_sqlstate(&err, "42P01");
    error_at(&err, "./migrations/V3__x.sql", 4, 2);
    error_detail(&err, "A detail.");
    error_hint(&err, "A hint.");
    error_excerpt(&err, "SELECT * FROM x\n              ^");
    report_set_error(report, &err);
    return report;
}

static const struct {
    const char *name;
    Report *(*make)(void);
    ExitCode code;
} cases[] = {
    {"plain", make_plain, EXIT_OK},
    {"findings", make_findings, EXIT_FINDINGS},
    {"error", make_error, EXIT_SQL},
};

static void check_format(const Report *report, const char *name, const char *format)
{
    Buf out = {0};
    Bytes expected;
    const char *path = arena_printf(arena, "%s/%s.%s", GOLDEN_FOLDER, name, format);
    report_render(report, format, &out);
    /* The version changes with each release, the form does not. */
    char *version = strstr(buf_text(&out), "\"" DBMIG_VERSION "\"");
    if (version != NULL) {
        size_t rest = (size_t)(version - out.data) + strlen(DBMIG_VERSION) + 2;
        char *tail = arena_strdup(arena, out.data + rest);
        out.len = (size_t)(version - out.data);
        buf_printf(&out, "\"VERSION\"%s", tail);
    }
    if (getenv("GOLDEN_UPDATE") != NULL)
        ck_assert_ok(file_write_atomic(path, buf_text(&out), out.len, 0644, &err));
    ck_assert_ok(file_read(arena, path, &expected, &err));
    const char *shown = buf_text(&out);
    ck_assert_msg(strcmp(shown, expected.data) == 0, "%s.%s is:\n%s", name, format, shown);
    buf_free(&out);
}

START_TEST(test_golden_formats)
{
    StringList formats = {0};
    text_split(arena, report_formats(), '|', &formats);
    ck_assert_uint_eq(formats.count, 6);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Report *report = cases[i].make();
        ck_assert_int_eq(report_exit_code(report), cases[i].code);
        for (size_t k = 0; k < formats.count; k++)
            check_format(report, cases[i].name, formats.items[k]);
    }
}
END_TEST

/* In brief, what is left out is what --verbose shows. */
START_TEST(test_verbose_shows_all_of_a_finding)
{
    const Finding finding = {.code = "DM011", .name = "n", .severity = SEVERITY_ERROR, .file = "f.sql",
                             .line = 1, .column = 7, .message = "m", .evidence = "seen", .why = "because",
                             .fix = "SELECT 1;\n-- then\nSELECT 2;", .excerpt = "ALTER TABLE t\n      ^"};
    Report *report = report_new(arena, "x");
    for (int i = 0; i < 4; i++)
        report_finding(report, &finding);
    Buf brief = {0}, whole = {0};
    report_render(report, "text", &brief);
    report_configure(false, true, 100);
    report_render(report, "text", &whole);
    report_configure(false, false, 100);
    ck_assert_ptr_null(strstr(buf_text(&brief), "evidence:"));
    ck_assert_ptr_nonnull(strstr(buf_text(&brief), "[DM011; also DM011, DM011, DM011]\n    ...TABLE t\n"));
    ck_assert_ptr_nonnull(strstr(buf_text(&whole), "    ALTER TABLE t\n          ^\n  evidence: seen\n"
                                                   "  why: because\n  instead:\n      SELECT 1;\n"
                                                   "      -- then\n      SELECT 2;\n"));
    buf_free(&brief);
    buf_free(&whole);
}
END_TEST

START_TEST(test_exit_codes)
{
    const Finding warning = {.code = "w", .severity = SEVERITY_WARNING, .message = "w"};
    Report *report = report_new(arena, "x");
    ck_assert_int_eq(report_exit_code(report), EXIT_OK);
    report_finding(report, &warning);
    ck_assert_int_eq(report_exit_code(report), EXIT_OK);
    report_mark_findings(report);
    ck_assert_int_eq(report_exit_code(report), EXIT_FINDINGS);
    error_set(&err, EXIT_LOCK_TIMEOUT, "x");
    report_set_error(report, &err);
    ck_assert_int_eq(report_exit_code(report), EXIT_LOCK_TIMEOUT);
}
END_TEST

/* Texts that go away after the call are kept, and a NULL is no text. */
START_TEST(test_texts_are_copied)
{
    char text[] = "before";
    Buf out = {0};
    Report *report = report_new(arena, "x");
    report_field(report, "key", "key", report_text(text));
    strcpy(text, "after!");
    report_render(report, "text", &out);
    ck_assert_str_eq(buf_text(&out), "key:  before\n");
    buf_free(&out);
}
END_TEST

static void use_key_twice(void *context)
{
    (void)context;
    Report *report = report_new(arena, "x");
    report_field(report, "key", NULL, report_int(1));
    report_block(report, "key", "", NULL);
}

static void use_reserved_key(void *context)
{
    (void)context;
    report_field(report_new(arena, "x"), "error", NULL, report_int(1));
}

START_TEST(test_keys_are_unique)
{
    char *text;
    ck_assert_int_eq(unit_child(use_key_twice, NULL, &text), EXIT_BUG);
    ck_assert_ptr_nonnull(strstr(text, "the key \"key\" is used twice"));
    ck_assert_int_eq(unit_child(use_reserved_key, NULL, &text), EXIT_BUG);
    ck_assert_ptr_nonnull(strstr(text, "the key \"error\" is reserved"));
}
END_TEST

UNIT_SUITE("report", test_golden_formats, test_verbose_shows_all_of_a_finding, test_exit_codes,
           test_texts_are_copied, test_keys_are_unique)
UNIT_MAIN(suite)
