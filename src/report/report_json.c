/* The JSON form, which report.h describes. */
#include "dbmig/base/json.h"
#include "report_internal.h"

#define JSON_FORM_VERSION 1

static void add_value(JsonWriter *json, const ReportValue *value)
{
    switch (value->type) {
    case REPORT_NULL:
        json_null(json);
        break;
    case REPORT_TEXT:
        json_string(json, value->text);
        break;
    case REPORT_INT:
    case REPORT_DURATION_MS:
    case REPORT_BYTES:
        json_int(json, value->number);
        break;
    case REPORT_BOOL:
        json_bool(json, value->number != 0);
        break;
    case REPORT_TEXTS:
        json_array_begin(json);
        for (size_t i = 0; i < value->texts->count; i++)
            json_string(json, value->texts->items[i]);
        json_array_end(json);
        break;
    }
}

static void add_member(JsonWriter *json, const char *key, const ReportValue *value)
{
    json_key(json, key);
    add_value(json, value);
}

static void add_table(JsonWriter *json, const ReportTable *table)
{
    json_array_begin(json);
    for (size_t i = 0; i < table->rows.count; i++) {
        json_object_begin(json);
        for (size_t column = 0; column < table->count; column++)
            add_member(json, table->columns[column].key, &table->rows.items[i][column]);
        json_object_end(json);
    }
    json_array_end(json);
}

static void add_item(JsonWriter *json, const ReportItem *item)
{
    switch (item->kind) {
    case ITEM_FIELD:
        add_member(json, item->key, &item->value);
        break;
    case ITEM_BLOCK:
        json_key_string(json, item->key, item->text);
        break;
    case ITEM_TABLE:
        if (item->key == NULL)
            break;
        json_key(json, item->key);
        add_table(json, item->table);
        break;
    case ITEM_LINE:
        break;
    }
}

static void add_number(JsonWriter *json, const char *key, size_t number)
{
    json_key(json, key);
    if (number == 0)
        json_null(json);
    else
        json_int(json, (int64_t)number);
}

static void add_finding(JsonWriter *json, const Finding *finding)
{
    json_object_begin(json);
    json_key_string(json, "code", finding->code);
    json_key_string(json, "name", finding->name);
    json_key_string(json, "severity", severity_name(finding->severity));
    json_key_string(json, "file", finding->file);
    add_number(json, "line", finding->line);
    add_number(json, "column", finding->column);
    json_key_string(json, "message", finding->message);
    json_key_string(json, "why", finding->why);
    json_key_string(json, "fix", finding->fix);
    json_key_string(json, "evidence", finding->evidence);
    json_key_string(json, "excerpt", finding->excerpt);
    json_object_end(json);
}

static void add_error(JsonWriter *json, const Error *error)
{
    if (!error_is_set(error)) {
        json_null(json);
        return;
    }
    json_object_begin(json);
    json_key_int(json, "exit_code", error->code);
    json_key_string(json, "sqlstate", error->sqlstate[0] == '\0' ? NULL : error->sqlstate);
    json_key_string(json, "message", error->primary);
    json_key_string(json, "detail", error->detail);
    json_key_string(json, "hint", error->hint);
    json_key_string(json, "file", error->file);
    add_number(json, "line", error->line);
    add_number(json, "column", error->column);
    json_key_string(json, "excerpt", error->excerpt);
    json_key_string(json, "context", error->context);
    json_object_end(json);
}

void report_json_render(const Report *report, Buf *out)
{
    JsonWriter json;
    json_begin(&json, out, true);
    json_object_begin(&json);
    json_key_int(&json, "version", JSON_FORM_VERSION);
    json_key_string(&json, "command", report->command);
    json_key_string(&json, "outcome", report_outcome(report));
    json_key_int(&json, "exit_code", report_exit_code(report));
    for (size_t i = 0; i < report->items.count; i++)
        add_item(&json, &report->items.items[i]);
    json_key(&json, "findings");
    json_array_begin(&json);
    for (size_t i = 0; i < report->findings.count; i++)
        add_finding(&json, &report->findings.items[i]);
    json_array_end(&json);
    json_key(&json, "error");
    add_error(&json, &report->error);
    json_object_end(&json);
    buf_add_char(out, '\n');
}
