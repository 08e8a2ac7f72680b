/*
 * GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality, an array of
 * findings. Two with one fingerprint are shown as one, and a fingerprint that changes with the line
 * makes an old finding a new one: see report_fingerprint().
 */
#include "dbmig/base/json.h"
#include "dbmig/base/text.h"
#include "report_internal.h"

/* GitLab drops entries without a path. */
#define NO_FILE "."

static const char *severity_in_gitlab(Severity severity)
{
    return severity == SEVERITY_ERROR ? "major" : severity == SEVERITY_WARNING ? "minor" : "info";
}

static void add_description(JsonWriter *json, const Finding *finding, const PartLabels *labels)
{
    Buf text = {0};
    buf_add_str(&text, finding->message);
    if (finding->why != NULL)
        buf_printf(&text, "\n%s: %s", labels->why, finding->why);
    if (finding->fix != NULL)
        buf_printf(&text, "\n%s: %s", labels->fix, finding->fix);
    json_key_string(json, "description", buf_text(&text));
    buf_free(&text);
}

static void add_entry(JsonWriter *json, const Finding *finding, const PartLabels *labels,
                      const char *fingerprint)
{
    const char *path = finding->file == NULL ? NO_FILE : finding->file;
    while (text_starts(path, "./"))
        path += 2;
    json_object_begin(json);
    add_description(json, finding, labels);
    json_key_string(json, "check_name", finding->code);
    json_key_string(json, "fingerprint", fingerprint);
    json_key_string(json, "severity", severity_in_gitlab(finding->severity));
    json_key(json, "location");
    json_object_begin(json);
    json_key_string(json, "path", path);
    json_key(json, "lines");
    json_object_begin(json);
    json_key_int(json, "begin", finding->line == 0 ? 1 : (int64_t)finding->line);
    json_object_end(json);
    json_object_end(json);
    json_object_end(json);
}

void report_gitlab_render(const Report *report, Buf *out)
{
    JsonWriter json;
    char fingerprint[SHA256_HEX_SIZE];
    json_begin(&json, out, true);
    json_array_begin(&json);
    for (size_t i = 0; i < report->findings.count; i++) {
        report_fingerprint(&report->findings.items[i], &report->findings, fingerprint);
        add_entry(&json, &report->findings.items[i], &report_finding_labels, fingerprint);
    }
    if (error_is_set(&report->error)) {
        Finding finding = report_error_finding(report);
        report_fingerprint(&finding, &report->findings, fingerprint);
        add_entry(&json, &finding, &report_error_labels, fingerprint);
    }
    json_array_end(&json);
    buf_add_char(out, '\n');
}
