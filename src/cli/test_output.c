/* TAP and JUnit. */
#include "test_output.h"

#include <inttypes.h>
#include <string.h>

/* Each line of the text behind "# ", as TAP wants it. */
static void add_diagnosis(Report *report, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        report_line(report, "#   %.*s", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

void test_output_tap(Arena *arena, Report *report, const TestList *tests)
{
    for (size_t i = 0; i < tests->count; i++) {
        const TestCase *test = &tests->items[i];
        report_line(report, "%s %zu - %s", test->failed ? "not ok" : "ok", i + 1, test->name);
        for (size_t k = 0; k < test->failures.count; k++)
            add_diagnosis(report, test_failure_shown(arena, &test->failures.items[k]));
        for (size_t k = 0; k < test->notes.count; k++)
            add_diagnosis(report, test->notes.items[k]);
    }
    report_line(report, "1..%zu", tests->count);
}

/* Control characters have no place in XML 1.0, not even escaped. */
static void add_xml(Buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '&')
            buf_add_str(out, "&amp;");
        else if (c == '<')
            buf_add_str(out, "&lt;");
        else if (c == '>')
            buf_add_str(out, "&gt;");
        else if (c == '"')
            buf_add_str(out, "&quot;");
        else if (c == '\n')
            buf_add_str(out, "&#10;");
        else if (c >= ' ' || c == '\t')
            buf_add_char(out, *text);
        else
            buf_add_char(out, '?');
    }
}

static void add_seconds(Buf *out, int64_t ms)
{
    buf_printf(out, " time=\"%" PRId64 ".%03" PRId64 "\"", ms / 1000, ms % 1000);
}

static void add_failure(Buf *out, const TestCase *test)
{
    Arena *arena = arena_new();
    for (size_t i = 0; i < test->failures.count; i++) {
        const char *text = test_failure_shown(arena, &test->failures.items[i]);
        if (i == 0) {
            buf_add_str(out, "      <failure message=\"");
            add_xml(out, arena_strndup(arena, text, strcspn(text, "\n")));
            buf_add_str(out, "\">");
        }
        add_xml(out, i > 0 ? "\n" : "");
        add_xml(out, text);
    }
    buf_add_str(out, "</failure>\n");
    arena_free(arena);
}

static void add_case(Buf *out, const TestCase *test)
{
    buf_add_str(out, "    <testcase classname=\"dbmig\" name=\"");
    add_xml(out, test->name);
    buf_add_char(out, '"');
    if (test->after != NULL || test->before != NULL) {
        buf_add_str(out, " file=\"");
        add_xml(out, test->after != NULL ? test->after : test->before);
        buf_add_char(out, '"');
    }
    add_seconds(out, test->spent_ms);
    buf_add_str(out, test->failed ? ">\n" : "/>\n");
    if (test->failed) {
        add_failure(out, test);
        buf_add_str(out, "    </testcase>\n");
    }
}

void test_output_junit(const TestList *tests, Buf *out)
{
    size_t failed = 0;
    int64_t spent = 0;
    for (size_t i = 0; i < tests->count; i++) {
        failed += tests->items[i].failed;
        spent += tests->items[i].spent_ms;
    }
    buf_add_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    buf_printf(out,
               "  <testsuite name=\"dbmig test\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
               "skipped=\"0\"",
               tests->count, failed);
    add_seconds(out, spent);
    buf_add_str(out, ">\n");
    for (size_t i = 0; i < tests->count; i++)
        add_case(out, &tests->items[i]);
    buf_add_str(out, "  </testsuite>\n</testsuites>\n");
}
