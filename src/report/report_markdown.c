/* GitHub-flavoured Markdown, for a comment on a pull request. */
#include <string.h>

#include "dbmig/base/shown.h"
#include "dbmig/base/text.h"
#include "report_internal.h"

/* Text that Markdown must not read: one line, with what has a meaning escaped. */
static void add_text(Buf *out, const char *text)
{
    Arena *arena = arena_new();
    const char *at = text_printable(arena, text);
    for (; *at != '\0'; at++) {
        if (*at == '<')
            buf_add_str(out, "&lt;");
        else if (*at == '&')
            buf_add_str(out, "&amp;");
        else if (strchr("\\`*_[]|#~@", *at) != NULL)
            buf_printf(out, "\\%c", *at);
        else
            buf_add_char(out, *at);
    }
    arena_free(arena);
}

/* The longest run of backticks in the text. */
static size_t longest_fence(const char *text)
{
    size_t longest = 0;
    while (*text != '\0') {
        size_t run = strspn(text, "`");
        if (run > longest)
            longest = run;
        text += run == 0 ? 1 : run;
    }
    return longest;
}

/* Code is not escaped; the log that it may be printed to must not read it as commands all the same. */
static void add_code_line(Buf *out, const char *text, size_t len)
{
    Arena *arena = arena_new();
    shown_add(out, arena_strndup(arena, text, len), "", true);
    buf_add_char(out, '\n');
    arena_free(arena);
}

/* A fence longer than any in the text; each line behind the indent, as in a list. */
static void add_code(Buf *out, const char *text, const char *language, const char *indent)
{
    size_t fence = longest_fence(text) + 1;
    if (fence < 3)
        fence = 3;
    Buf ticks = {0};
    while (ticks.len < fence)
        buf_add_char(&ticks, '`');
    buf_printf(out, "%s%s%s\n", indent, buf_text(&ticks), language == NULL ? "" : language);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        buf_add_str(out, len == 0 ? "" : indent);
        add_code_line(out, text, len);
        text += len + (text[len] == '\n');
    }
    buf_printf(out, "%s%s\n", indent, buf_text(&ticks));
    buf_free(&ticks);
}

static void add_value(Buf *out, const ReportValue *value)
{
    Arena *arena = arena_new();
    add_text(out, report_shown(arena, value));
    arena_free(arena);
}

static void add_table(Buf *out, const ReportItem *item)
{
    const ReportTable *table = item->table;
    if (table->rows.count == 0)
        return;
    buf_add_char(out, '\n');
    if (item->title != NULL && item->title[0] != '\0') {
        buf_add_str(out, "**");
        add_text(out, item->title);
        buf_add_str(out, "**\n\n");
    }
    Buf rule = {0};
    for (size_t column = 0; column < table->count; column++) {
        if (table->columns[column].title == NULL)
            continue;
        buf_add_str(out, "| ");
        add_text(out, table->columns[column].title);
        buf_add_char(out, ' ');
        buf_add_str(&rule, "| --- ");
    }
    buf_printf(out, "|\n%s|\n", buf_text(&rule));
    buf_free(&rule);
    for (size_t row = 0; row < table->rows.count; row++) {
        for (size_t column = 0; column < table->count; column++) {
            if (table->columns[column].title == NULL)
                continue;
            buf_add_str(out, "| ");
            add_value(out, &table->rows.items[row][column]);
            buf_add_char(out, ' ');
        }
        buf_add_str(out, "|\n");
    }
    buf_add_char(out, '\n');
}

static void add_item(Buf *out, const ReportItem *item)
{
    switch (item->kind) {
    case ITEM_FIELD:
        if (item->title == NULL)
            break;
        buf_add_str(out, "- **");
        add_text(out, item->title);
        buf_add_str(out, ":** ");
        add_value(out, &item->value);
        buf_add_char(out, '\n');
        break;
    case ITEM_LINE:
        if (item->text[0] == '\0')
            break;
        buf_add_char(out, '\n');
        add_text(out, item->text);
        buf_add_char(out, '\n');
        break;
    case ITEM_BLOCK:
        if (item->text[0] == '\0')
            break;
        buf_add_char(out, '\n');
        add_code(out, item->text, item->language, "");
        break;
    case ITEM_TABLE:
        add_table(out, item);
        break;
    }
}

static void add_place(Buf *out, const Finding *finding)
{
    if (finding->file == NULL)
        return;
    buf_add_str(out, " in ");
    add_text(out, finding->file);
    if (finding->line > 0)
        buf_printf(out, ":%zu", finding->line);
}

static void add_part(Buf *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_printf(out, "  - %s: ", label);
    add_text(out, text);
    buf_add_char(out, '\n');
}

static void add_finding(Buf *out, const Finding *finding, const PartLabels *labels)
{
    buf_printf(out, "- **%s** ", severity_name(finding->severity));
    add_text(out, finding->code);
    if (finding->name != NULL) {
        buf_add_char(out, ' ');
        add_text(out, finding->name);
    }
    add_place(out, finding);
    buf_add_str(out, ": ");
    add_text(out, finding->message);
    buf_add_char(out, '\n');
    if (finding->excerpt != NULL)
        add_code(out, finding->excerpt, "sql", "  ");
    add_part(out, "evidence", finding->evidence);
    add_part(out, labels->why, finding->why);
    if (finding->fix != NULL && strchr(finding->fix, '\n') != NULL) {
        /* Statements, to be copied. */
        buf_printf(out, "  - %s:\n", labels->fix);
        add_code(out, finding->fix, "sql", "    ");
    } else {
        add_part(out, labels->fix, finding->fix);
    }
}

static const char *outcome_sign(const Report *report)
{
    return report_exit_code(report) == EXIT_OK ? "✅" : "❌";
}

void report_markdown_render(const Report *report, Buf *out)
{
    Arena *arena = arena_new();
    buf_printf(out, "### %s dbmig %s: %s\n\n", outcome_sign(report),
               report->command == NULL ? "" : report->command, report_outcome(report));
    for (size_t i = 0; i < report->items.count; i++)
        add_item(out, &report->items.items[i]);
    if (report->findings.count > 0)
        buf_printf(out, "%s**%s**\n\n", report->items.count == 0 ? "" : "\n",
                   report_counts(arena, report));
    for (size_t i = 0; i < report->findings.count; i++)
        add_finding(out, &report->findings.items[i], &report_finding_labels);
    if (error_is_set(&report->error)) {
        Finding finding = report_error_finding(report);
        buf_add_str(out, report->items.count == 0 ? "" : "\n");
        add_finding(out, &finding, &report_error_labels);
    }
    arena_free(arena);
}
