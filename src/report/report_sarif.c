/*
 * SARIF 2.1.0 (OASIS), as GitHub's code scanning reads it: rules with stable ids, results with
 * places and fingerprints. The error of a failed run is a notification of the invocation.
 */
#include <string.h>

#include "dbmig/base/json.h"
#include "dbmig/base/text.h"
#include "dbmig/lint/lint.h"
#include "report_internal.h"

/* What the locks that the rules speak of keep out. */
#define HELP_URI "https://www.postgresql.org/docs/current/explicit-locking.html"
#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *level_of(Severity severity)
{
    return severity == SEVERITY_INFO ? "note" : severity_name(severity);
}

static void add_message(JsonWriter *json, const char *key, const char *text)
{
    json_key(json, key);
    json_object_begin(json);
    json_key_string(json, "text", text);
    json_object_end(json);
}

/* A path as a URI reference: relative to the repository, or file:///. */
static void add_uri(JsonWriter *json, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/";
    Buf uri = {0};
    while (text_starts(path, "./"))
        path += 2;
    bool absolute = path[0] == '/';
    if (absolute)
        buf_add_str(&uri, "file://");
    for (; *path != '\0'; path++) {
        if (strchr(plain, *path) != NULL)
            buf_add_char(&uri, *path);
        else
            buf_printf(&uri, "%%%02X", (unsigned char)*path);
    }
    json_key_string(json, "uri", buf_text(&uri));
    if (!absolute)
        json_key_string(json, "uriBaseId", "%SRCROOT%");
    buf_free(&uri);
}

static void add_locations(JsonWriter *json, const char *file, size_t line, size_t column)
{
    if (file == NULL)
        return;
    json_key(json, "locations");
    json_array_begin(json);
    json_object_begin(json);
    json_key(json, "physicalLocation");
    json_object_begin(json);
    json_key(json, "artifactLocation");
    json_object_begin(json);
    add_uri(json, file);
    json_object_end(json);
    if (line > 0) {
        json_key(json, "region");
        json_object_begin(json);
        json_key_int(json, "startLine", (int64_t)line);
        if (column > 0)
            json_key_int(json, "startColumn", (int64_t)column);
        json_object_end(json);
    }
    json_object_end(json);
    json_object_end(json);
    json_array_end(json);
}

static size_t first_of_rule(const FindingList *findings, size_t index)
{
    size_t first = 0;
    while (!text_equal(findings->items[first].code, findings->items[index].code))
        first++;
    return first;
}

/* GitHub shows the short description above an alert, and the help beside it. */
static void add_rule_texts(JsonWriter *json, const Finding *finding)
{
    LintRuleId id = lint_rule_find(finding->code);
    const LintRule *rule = id == LINT_RULE_COUNT ? NULL : lint_rule(id);
    if (rule != NULL)
        add_message(json, "shortDescription", rule->flags);
    if (finding->why != NULL)
        add_message(json, "fullDescription", finding->why);
    if (rule == NULL)
        return;
    Buf help = {0};
    buf_printf(&help, "%s Instead: %s `dbmig lint --explain %s`", rule->why, rule->instead, rule->code);
    add_message(json, "help", buf_text(&help));
    buf_free(&help);
    json_key_string(json, "helpUri", HELP_URI);
    json_key(json, "defaultConfiguration");
    json_object_begin(json);
    json_key_bool(json, "enabled", rule->severity != SEVERITY_OFF);
    json_key_string(json, "level", rule->severity == SEVERITY_OFF ? "warning" : level_of(rule->severity));
    json_object_end(json);
}

/* A rule per code, in the order in which they come up. */
static void add_rules(JsonWriter *json, const FindingList *findings)
{
    json_key(json, "rules");
    json_array_begin(json);
    for (size_t i = 0; i < findings->count; i++) {
        const Finding *finding = &findings->items[i];
        if (first_of_rule(findings, i) != i)
            continue;
        json_object_begin(json);
        json_key_string(json, "id", finding->code);
        if (finding->name != NULL)
            json_key_string(json, "name", finding->name);
        add_rule_texts(json, finding);
        json_object_end(json);
    }
    json_array_end(json);
}

static void add_tool(JsonWriter *json, const Report *report)
{
    json_key(json, "tool");
    json_object_begin(json);
    json_key(json, "driver");
    json_object_begin(json);
    json_key_string(json, "name", "dbmig");
    json_key_string(json, "version", DBMIG_VERSION);
    add_rules(json, &report->findings);
    json_object_end(json);
    json_object_end(json);
}

static void add_result(JsonWriter *json, const Report *report, size_t index)
{
    const Finding *finding = &report->findings.items[index];
    char fingerprint[SHA256_HEX_SIZE];
    report_fingerprint(finding, &report->findings, fingerprint);
    Buf text = {0};
    buf_add_str(&text, finding->message);
    if (finding->evidence != NULL)
        buf_printf(&text, "\nevidence: %s", finding->evidence);
    if (finding->fix != NULL)
        buf_printf(&text, "\ninstead: %s", finding->fix);
    json_object_begin(json);
    json_key_string(json, "ruleId", finding->code);
    json_key_string(json, "level", level_of(finding->severity));
    add_message(json, "message", buf_text(&text));
    add_locations(json, finding->file, finding->line, finding->column);
    json_key(json, "partialFingerprints");
    json_object_begin(json);
    json_key_string(json, "dbmigFinding/v1", fingerprint);
    json_object_end(json);
    json_object_end(json);
    buf_free(&text);
}

static void add_notification(JsonWriter *json, const Error *error)
{
    Buf text = {0};
    buf_add_str(&text, error->primary == NULL ? "unknown error" : error->primary);
    if (error->sqlstate[0] != '\0')
        buf_printf(&text, " [%s]", error->sqlstate);
    if (error->detail != NULL)
        buf_printf(&text, "\n%s", error->detail);
    if (error->hint != NULL)
        buf_printf(&text, "\n%s", error->hint);
    json_key(json, "toolExecutionNotifications");
    json_array_begin(json);
    json_object_begin(json);
    json_key_string(json, "level", "error");
    add_message(json, "message", buf_text(&text));
    add_locations(json, error->file, error->line, error->column);
    json_object_end(json);
    json_array_end(json);
    buf_free(&text);
}

static void add_invocation(JsonWriter *json, const Report *report)
{
    bool failed = error_is_set(&report->error);
    json_key(json, "invocations");
    json_array_begin(json);
    json_object_begin(json);
    json_key_bool(json, "executionSuccessful", !failed);
    json_key_int(json, "exitCode", report_exit_code(report));
    if (failed)
        add_notification(json, &report->error);
    json_object_end(json);
    json_array_end(json);
}

void report_sarif_render(const Report *report, Buf *out)
{
    JsonWriter json;
    json_begin(&json, out, true);
    json_object_begin(&json);
    json_key_string(&json, "$schema", SCHEMA);
    json_key_string(&json, "version", "2.1.0");
    json_key(&json, "runs");
    json_array_begin(&json);
    json_object_begin(&json);
    add_tool(&json, report);
    json_key_string(&json, "columnKind", "unicodeCodePoints");
    add_invocation(&json, report);
    json_key(&json, "results");
    json_array_begin(&json);
    for (size_t i = 0; i < report->findings.count; i++)
        add_result(&json, report, i);
    json_array_end(&json);
    json_object_end(&json);
    json_array_end(&json);
    json_object_end(&json);
    buf_add_char(out, '\n');
}
