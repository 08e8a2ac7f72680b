/*
 * Annotations of GitHub Actions: https://docs.github.com/actions, "Workflow commands". What else
 * the report holds is printed as text, made harmless: a line that looked like a command would be
 * one.
 */
#include <string.h>

#include "dbmig/base/shown.h"
#include "dbmig/base/text.h"
#include "report_internal.h"

static void add_escaped(Buf *out, const char *anything, bool property)
{
    Buf shown = {0};
    shown_add(&shown, anything, "", false);
    for (const char *text = buf_text(&shown); *text != '\0'; text++) {
        bool escape = *text == '%' || *text == '\r' || *text == '\n' ||
                      (property && (*text == ':' || *text == ','));
        if (escape)
            buf_printf(out, "%%%02X", (unsigned char)*text);
        else
            buf_add_char(out, *text);
    }
    buf_free(&shown);
}

static void add_property(Buf *out, bool *first, const char *name, const char *text)
{
    buf_printf(out, "%s%s=", *first ? " " : ",", name);
    add_escaped(out, text, true);
    *first = false;
}

static void add_number(Buf *out, bool *first, const char *name, size_t number)
{
    buf_printf(out, "%s%s=%zu", *first ? " " : ",", name, number);
    *first = false;
}

static void add_message_part(Buf *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_printf(out, "%%0A%s%s", label, label[0] == '\0' ? "" : ": ");
    add_escaped(out, text, false);
}

static void add_annotation(Buf *out, const Finding *finding, const PartLabels *labels)
{
    bool first = true;
    buf_printf(out, "::%s",
               finding->severity == SEVERITY_INFO ? "notice" : severity_name(finding->severity));
    if (finding->file != NULL) {
        add_property(out, &first, "file",
                     finding->file + (text_starts(finding->file, "./") ? 2 : 0));
        if (finding->line > 0)
            add_number(out, &first, "line", finding->line);
        if (finding->line > 0 && finding->column > 0)
            add_number(out, &first, "col", finding->column);
    }
    Arena *arena = arena_new();
    add_property(out, &first, "title",
                 arena_printf(arena, "%s%s%s", finding->code, finding->name == NULL ? "" : " ",
                              finding->name == NULL ? "" : finding->name));
    arena_free(arena);
    buf_add_str(out, "::");
    add_escaped(out, finding->message, false);
    add_message_part(out, "", finding->excerpt);
    add_message_part(out, "evidence", finding->evidence);
    add_message_part(out, labels->why, finding->why);
    add_message_part(out, labels->fix, finding->fix);
    buf_add_char(out, '\n');
}

void report_github_render(const Report *report, Buf *out)
{
    Buf text = {0};
    report_text_items(report, &text);
    shown_add(out, buf_text(&text), "", true);
    if (text.len > 0)
        buf_add_char(out, '\n');
    buf_free(&text);
    for (size_t i = 0; i < report->findings.count; i++)
        add_annotation(out, &report->findings.items[i], &report_finding_labels);
    if (error_is_set(&report->error)) {
        Finding finding = report_error_finding(report);
        add_annotation(out, &finding, &report_error_labels);
    }
}
