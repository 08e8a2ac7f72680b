/* The report model, the table of reporters, and the way to stdout. */
#include "dbmig/report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/text.h"
#include "report_internal.h"

static const struct {
    const char *name;
    ReporterFunction render;
    bool pictures; /* it shows the whole story of a change, with diagrams */
} reporters[] = {
    {"text", report_text_render, false},     {"json", report_json_render, false},
    {"github", report_github_render, false}, {"gitlab", report_gitlab_render, false},
    {"sarif", report_sarif_render, false},   {"markdown", report_markdown_render, true},
};

const PartLabels report_finding_labels = {"why", "instead"};
const PartLabels report_error_labels = {"detail", "hint"};

ReportValue report_text(const char *text)
{
    return (ReportValue){.type = text == NULL ? REPORT_NULL : REPORT_TEXT, .text = text};
}

ReportValue report_word(const char *text, ReportTone tone)
{
    return (ReportValue){.type = text == NULL ? REPORT_NULL : REPORT_TEXT, .tone = tone, .text = text};
}

ReportValue report_int(int64_t number)
{
    return (ReportValue){.type = REPORT_INT, .number = number};
}

ReportValue report_bool(bool value)
{
    return (ReportValue){.type = REPORT_BOOL, .number = value};
}

ReportValue report_duration(int64_t ms)
{
    return (ReportValue){.type = REPORT_DURATION_MS, .number = ms};
}

ReportValue report_bytes(int64_t bytes)
{
    return (ReportValue){.type = REPORT_BYTES, .number = bytes};
}

ReportValue report_texts(const StringList *texts)
{
    return (ReportValue){.type = texts == NULL ? REPORT_NULL : REPORT_TEXTS, .texts = texts};
}

Report *report_new(Arena *arena, const char *command)
{
    Report *report = arena_alloc(arena, sizeof(*report));
    report->arena = arena;
    report->command = command;
    return report;
}

static ReportValue keep(Arena *arena, ReportValue value)
{
    value.text = arena_strdup(arena, value.text);
    if (value.type == REPORT_TEXTS) {
        StringList *copy = arena_alloc(arena, sizeof(*copy));
        for (size_t i = 0; i < value.texts->count; i++) {
            const char *text = arena_strdup(arena, value.texts->items[i]);
            VEC_PUSH(arena, *copy, text);
        }
        value.texts = copy;
    }
    return value;
}

/* The keys of the JSON form belong to the report itself. */
static void add_item(Report *report, ReportItem item)
{
    static const char *const reserved[] = {"version",   "command",  "outcome",
                                           "exit_code", "findings", "error"};
    for (size_t i = 0; item.key != NULL && i < ARRAY_LENGTH(reserved); i++) {
        if (strcmp(reserved[i], item.key) == 0)
            BUG("report: the key \"%s\" is reserved", item.key);
    }
    for (size_t i = 0; item.key != NULL && i < report->items.count; i++) {
        if (text_equal(report->items.items[i].key, item.key))
            BUG("report: the key \"%s\" is used twice", item.key);
    }
    VEC_PUSH(report->arena, report->items, item);
}

void report_field(Report *report, const char *key, const char *title, ReportValue value)
{
    add_item(report, (ReportItem){.kind = ITEM_FIELD,
                                  .key = key,
                                  .title = title,
                                  .value = keep(report->arena, value)});
}

void report_line(Report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(report->arena, format, args);
    va_end(args);
    add_item(report, (ReportItem){.kind = ITEM_LINE, .text = text});
}

void report_block(Report *report, const char *key, const char *text, const char *language)
{
    add_item(report, (ReportItem){.kind = ITEM_BLOCK,
                                  .key = key,
                                  .text = text == NULL ? "" : text,
                                  .language = language});
}

ReportTable *report_table(Report *report, const char *key, const char *title,
                          const ReportColumn *columns, size_t count)
{
    ReportTable *table = arena_alloc(report->arena, sizeof(*table));
    *table = (ReportTable){.report = report, .columns = columns, .count = count};
    add_item(report, (ReportItem){.kind = ITEM_TABLE, .key = key, .title = title, .table = table});
    return table;
}

void report_row(ReportTable *table, const ReportValue *values)
{
    Arena *arena = table->report->arena;
    ReportValue *row = arena_calloc(arena, table->count, sizeof(*row));
    for (size_t i = 0; i < table->count; i++)
        row[i] = keep(arena, values[i]);
    VEC_PUSH(arena, table->rows, row);
}

void report_finding(Report *report, const Finding *finding)
{
    Arena *arena = report->arena;
    Finding copy = *finding;
    if (finding->severity == SEVERITY_OFF)
        return;
    copy.code = arena_strdup(arena, finding->code);
    copy.name = arena_strdup(arena, finding->name);
    copy.file = arena_strdup(arena, finding->file);
    copy.message = arena_strdup(arena, finding->message);
    copy.why = arena_strdup(arena, finding->why);
    copy.fix = arena_strdup(arena, finding->fix);
    copy.evidence = arena_strdup(arena, finding->evidence);
    copy.excerpt = arena_strdup(arena, finding->excerpt);
    VEC_PUSH(arena, report->findings, copy);
}

void report_set_error(Report *report, const Error *err)
{
    Arena *arena = report->arena;
    report->error = *err;
    report->error.arena = NULL;
    report->error.primary = arena_strdup(arena, err->primary);
    report->error.detail = arena_strdup(arena, err->detail);
    report->error.hint = arena_strdup(arena, err->hint);
    report->error.excerpt = arena_strdup(arena, err->excerpt);
    report->error.context = arena_strdup(arena, err->context);
    report->error.file = arena_strdup(arena, err->file);
}

void report_mark_findings(Report *report)
{
    report->findings_marked = true;
}

ExitCode report_exit_code(const Report *report)
{
    if (error_is_set(&report->error))
        return report->error.code;
    for (size_t i = 0; i < report->findings.count; i++) {
        if (report->findings.items[i].severity == SEVERITY_ERROR)
            return EXIT_FINDINGS;
    }
    return report->findings_marked ? EXIT_FINDINGS : EXIT_OK;
}

const char *report_outcome(const Report *report)
{
    if (error_is_set(&report->error))
        return "error";
    return report_exit_code(report) == EXIT_OK ? "ok" : "findings";
}

static char *shown_duration(Arena *arena, int64_t ms)
{
    if (ms < 1000)
        return arena_printf(arena, "%" PRId64 " ms", ms);
    if (ms < 60000)
        return arena_printf(arena, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms % 1000 / 100);
    return arena_printf(arena, "%" PRId64 " min %" PRId64 " s", ms / 60000, ms % 60000 / 1000);
}

static char *shown_bytes(Arena *arena, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    int64_t tenths = bytes;
    if (bytes < 1024)
        return arena_printf(arena, "%" PRId64 " B", bytes);
    for (unit = 1; tenths / 1024 >= 1024; unit++)
        tenths /= 1024;
    if (tenths < 10 * 1024)
        return arena_printf(arena, "%" PRId64 ".%" PRId64 " %s", tenths / 1024,
                            tenths % 1024 * 10 / 1024, units[unit]);
    return arena_printf(arena, "%" PRId64 " %s", tenths / 1024, units[unit]);
}

char *report_shown(Arena *arena, const ReportValue *value)
{
    switch (value->type) {
    case REPORT_NULL:
        return arena_strdup(arena, "");
    case REPORT_TEXT:
        return text_printable(arena, value->text);
    case REPORT_INT:
        return arena_printf(arena, "%" PRId64, value->number);
    case REPORT_BOOL:
        return arena_strdup(arena, value->number ? "yes" : "no");
    case REPORT_DURATION_MS:
        return shown_duration(arena, value->number);
    case REPORT_BYTES:
        return shown_bytes(arena, value->number);
    case REPORT_TEXTS:
        break;
    }
    Buf out = {0};
    for (size_t i = 0; i < value->texts->count; i++)
        buf_printf(&out, "%s%s", i == 0 ? "" : ", ", value->texts->items[i]);
    char *shown = text_printable(arena, buf_text(&out));
    buf_free(&out);
    return shown;
}

static void add_count(Buf *out, size_t count, const char *noun)
{
    if (count > 0)
        buf_printf(out, "%s%zu %s%s", out->len == 0 ? "" : ", ", count, noun,
                   count == 1 ? "" : "s");
}

char *report_counts(Arena *arena, const Report *report)
{
    size_t counts[SEVERITY_ERROR + 1] = {0};
    for (size_t i = 0; i < report->findings.count; i++)
        counts[report->findings.items[i].severity]++;
    Buf out = {0};
    add_count(&out, counts[SEVERITY_ERROR], "error");
    add_count(&out, counts[SEVERITY_WARNING], "warning");
    add_count(&out, counts[SEVERITY_INFO], "note");
    if (out.len == 0)
        buf_add_str(&out, "no findings");
    return buf_steal(&out, arena);
}

Finding report_error_finding(const Report *report)
{
    const Error *error = &report->error;
    return (Finding){
        .code = error->sqlstate[0] == '\0' ? "error" : error->sqlstate,
        .name = report->command,
        .severity = SEVERITY_ERROR,
        .file = error->file,
        .line = error->line,
        .column = error->column,
        .message = error->primary == NULL ? "unknown error" : error->primary,
        .why = error->detail,
        .fix = error->hint,
        .excerpt = error->excerpt,
    };
}

static bool same_complaint(const Finding *a, const Finding *b)
{
    return text_equal(a->code, b->code) && text_equal(a->file, b->file) &&
           text_equal(a->message, b->message) && text_equal(a->excerpt, b->excerpt);
}

static void add_text(Sha256 *sha, const char *text)
{
    sha256_add_field(sha, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

void report_fingerprint(const Finding *finding, const FindingList *all, char ret[SHA256_HEX_SIZE])
{
    uint64_t number = 0;
    for (size_t i = 0; i < all->count && &all->items[i] != finding; i++)
        number += same_complaint(&all->items[i], finding);
    Sha256 sha;
    sha256_begin(&sha);
    add_text(&sha, finding->code);
    add_text(&sha, finding->file);
    add_text(&sha, finding->message);
    add_text(&sha, finding->excerpt);
    char count[24];
    snprintf(count, sizeof(count), "%" PRIu64, number);
    add_text(&sha, count);
    uint8_t digest[SHA256_SIZE];
    sha256_digest(&sha, digest);
    hash_hex(digest, sizeof(digest), ret);
}

bool report_draws(const char *format)
{
    for (size_t i = 0; i < ARRAY_LENGTH(reporters); i++)
        if (text_equal(reporters[i].name, format))
            return reporters[i].pictures;
    return false;
}

const char *report_formats(void)
{
    static char names[64];
    size_t len = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(reporters); i++) {
        int added = snprintf(names + len, sizeof(names) - len, "%s%s", i == 0 ? "" : "|",
                             reporters[i].name);
        len += (size_t)added;
        if (len >= sizeof(names))
            BUG("report: the names of the reporters do not fit");
    }
    return names;
}

void report_render(const Report *report, const char *format, Buf *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(reporters); i++) {
        if (strcmp(reporters[i].name, format) == 0) {
            reporters[i].render(report, out);
            return;
        }
    }
    BUG("report: no reporter is called \"%s\"", format);
}

bool report_print(const Report *report, const char *format, Error *err)
{
    Buf out = {0};
    report_render(report, format, &out);
    bool ok = report_write(buf_text(&out), out.len, err);
    buf_free(&out);
    return ok;
}

bool report_write(const char *data, size_t len, Error *err)
{
    while (len > 0) {
        ssize_t written = fault_hit("write to stdout") ? -1 : write(STDOUT_FILENO, data, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            return true;
        if (written < 0)
            return error_set_errno(err, EXIT_USAGE, errno, "could not write to standard output");
        data += written;
        len -= (size_t)written;
    }
    return true;
}
