/*
 * For people: fields and tables aligned, findings in the form of compilers. The error itself is not
 * printed here: main puts it on stderr.
 */
#include <string.h>

#include "dbmig/base/shown.h"
#include "dbmig/base/text.h"
#include "report_internal.h"

#define COLOR_TITLE "1"

/* More findings than this are shown in brief. */
enum { WHOLE_FINDINGS = 3 };

static bool use_color, show_all;
static size_t line_width = 100;

void report_configure(bool color, bool verbose, size_t width)
{
    use_color = color;
    show_all = verbose;
    line_width = width;
}

static void add_colored(Buf *out, const char *color, const char *text)
{
    if (use_color)
        buf_printf(out, "\033[%sm%s\033[0m", color, text);
    else
        buf_add_str(out, text);
}

static void add_toned(Buf *out, ReportTone tone, const char *text, bool line_start)
{
    static const char *const colors[] = {
        [TONE_PLAIN] = NULL, [TONE_GOOD] = "32", [TONE_WAITING] = "33", [TONE_BAD] = "1;31"};
    if (colors[tone] != NULL && use_color)
        add_colored(out, colors[tone], text);
    else
        shown_add(out, text, "", line_start);
}

/* Text of several lines, each behind the indent; control characters go, as they may be anyone's. */
static void add_lines(Buf *out, const char *text, const char *indent)
{
    Arena *arena = arena_new();
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = text_printable(arena, arena_strndup(arena, text, len));
        buf_add_str(out, line[0] == '\0' ? "" : indent);
        shown_add(out, line, "", true);
        buf_add_char(out, '\n');
        text += len + (text[len] == '\n');
    }
    arena_free(arena);
}

static void add_blanks(Buf *out, size_t count)
{
    buf_printf(out, "%*s", (int)count, "");
}

static size_t width_of(const char *text)
{
    return text_utf8_length(text, strlen(text));
}

static bool is_shown_field(const ReportItem *item)
{
    return item->kind == ITEM_FIELD && item->title != NULL;
}

/* The width that fields standing together leave for their titles. */
static size_t title_width(const Report *report, size_t first)
{
    size_t width = 0;
    for (size_t i = first; i < report->items.count; i++) {
        const ReportItem *item = &report->items.items[i];
        if (item->kind != ITEM_FIELD)
            break;
        if (item->title != NULL && width_of(item->title) > width)
            width = width_of(item->title);
    }
    return width;
}

static void add_field(Buf *out, const ReportItem *item, size_t width)
{
    Arena *arena = arena_new();
    const char *shown = report_shown(arena, &item->value);
    buf_printf(out, "%s:", item->title);
    if (shown[0] != '\0') {
        add_blanks(out, width - width_of(item->title) + 2);
        buf_add_str(out, shown);
    }
    buf_add_char(out, '\n');
    arena_free(arena);
}

typedef struct Grid {
    const ReportTable *table;
    char ***cells; /* [row][column] */
    size_t *widths;
    bool *right; /* numbers stand to the right */
} Grid;

static bool is_number(const ReportValue *value)
{
    return value->type == REPORT_INT || value->type == REPORT_DURATION_MS ||
           value->type == REPORT_BYTES;
}

static Grid make_grid(Arena *arena, const ReportTable *table)
{
    size_t rows = table->rows.count;
    Grid grid = {.table = table};
    grid.cells = arena_calloc(arena, rows, sizeof(*grid.cells));
    grid.widths = arena_calloc(arena, table->count, sizeof(*grid.widths));
    grid.right = arena_calloc(arena, table->count, sizeof(*grid.right));
    for (size_t row = 0; row < rows; row++)
        grid.cells[row] = arena_calloc(arena, table->count, sizeof(*grid.cells[row]));
    for (size_t column = 0; column < table->count; column++) {
        if (table->columns[column].title == NULL)
            continue;
        grid.widths[column] = width_of(table->columns[column].title);
        grid.right[column] = true;
        for (size_t row = 0; row < rows; row++) {
            const ReportValue *value = &table->rows.items[row][column];
            char *shown = report_shown(arena, value);
            grid.cells[row][column] = shown;
            if (width_of(shown) > grid.widths[column])
                grid.widths[column] = width_of(shown);
            if (value->type != REPORT_NULL && !is_number(value))
                grid.right[column] = false;
        }
    }
    return grid;
}

/* One line of a table; cells NULL is the line of titles. No blanks at the end. */
static void add_grid_line(Buf *out, const Grid *grid, char *const *cells, const ReportValue *row)
{
    size_t pending = 0;
    bool at_start = true;
    for (size_t column = 0; column < grid->table->count; column++) {
        const char *title = grid->table->columns[column].title;
        const char *cell = cells == NULL ? title : cells[column];
        if (title == NULL)
            continue;
        size_t padding = grid->widths[column] - width_of(cell);
        if (grid->right[column]) {
            pending += padding;
            padding = 0;
        }
        if (cell[0] != '\0') {
            add_blanks(out, pending);
            pending = 0;
            if (cells == NULL)
                add_colored(out, COLOR_TITLE, cell);
            else
                add_toned(out, row[column].tone, cell, at_start);
            at_start = false;
        }
        pending += padding + 2;
    }
    buf_add_char(out, '\n');
}

static bool has_titles(const ReportTable *table)
{
    for (size_t column = 0; column < table->count; column++) {
        if (table->columns[column].title != NULL)
            return true;
    }
    return false;
}

static void add_table(Buf *out, const ReportItem *item)
{
    if (item->table->rows.count == 0 || !has_titles(item->table))
        return;
    Arena *arena = arena_new();
    Grid grid = make_grid(arena, item->table);
    if (item->title != NULL)
        buf_printf(out, "%s:\n", item->title);
    add_grid_line(out, &grid, NULL, NULL);
    for (size_t row = 0; row < item->table->rows.count; row++)
        add_grid_line(out, &grid, grid.cells[row], item->table->rows.items[row]);
    arena_free(arena);
}

static void add_block(Buf *out, const char *text)
{
    size_t len = strlen(text);
    buf_add(out, text, len);
    if (len > 0 && text[len - 1] != '\n')
        buf_add_char(out, '\n');
}

static const char *severity_color(Severity severity)
{
    return severity == SEVERITY_ERROR ? "1;31" : severity == SEVERITY_WARNING ? "1;35" : "1;36";
}

static void add_part(Buf *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    Buf lines = {0};
    add_lines(&lines, text, "      ");
    buf_printf(out, "  %s: %s", label, buf_text(&lines) + strspn(buf_text(&lines), " "));
    buf_free(&lines);
}

/* The statement and its caret, cut to the width of a line around the caret. */
static void add_excerpt(Buf *out, const char *excerpt)
{
    enum { INDENT = 4, DOTS = 3 };
    Arena *arena = arena_new();
    size_t len = strcspn(excerpt, "\n");
    const char *line = text_printable(arena, arena_strndup(arena, excerpt, len));
    size_t caret = excerpt[len] == '\0' ? 0 : strlen(excerpt + len + 1) - 1;
    size_t room = line_width > INDENT + 2 * DOTS + 20 ? line_width - INDENT - 2 * DOTS : 20;
    size_t from = 0, to = strlen(line), at = 0, first = 0, columns = 0;
    if (text_utf8_length(line, to) > room + 2 * DOTS) {
        first = caret > room / 2 ? caret - room / 2 : 0;
        for (; line[at] != '\0'; at++) {
            bool begins = ((unsigned char)line[at] & 0xc0) != 0x80;
            if (begins && columns == first)
                from = at;
            if (begins && columns == first + room) {
                to = at;
                break;
            }
            columns += begins;
        }
    }
    buf_printf(out, "    %s", from > 0 ? "..." : "");
    shown_add(out, arena_strndup(arena, line + from, to - from), "", true);
    buf_printf(out, "%s\n", line[to] == '\0' ? "" : "...");
    if (excerpt[len] == '\n' && from == 0)
        buf_printf(out, "    %s\n", excerpt + len + 1);
    else if (excerpt[len] == '\n')
        buf_printf(out, "    %*s^\n", (int)(caret - first + DOTS), "");
    arena_free(arena);
}

/* Statements begin on lines of their own, to be copied. */
static void add_fix(Buf *out, const char *fix)
{
    if (fix == NULL || strchr(fix, '\n') == NULL) {
        add_part(out, "instead", fix);
        return;
    }
    buf_add_str(out, "  instead:\n");
    add_lines(out, fix, "      ");
}

/* One line, cut to what is left of its width. */
static void add_cut(Buf *out, const char *label, const char *text, bool more)
{
    Arena *arena = arena_new();
    char *line = text_printable(arena, text);
    size_t room = line_width - strlen(label) - 1, end = strlen(line);
    more |= text_utf8_length(line, end) > room;
    while (text_utf8_length(line, end) > room)
        do
            end--;
        while (((unsigned char)line[end] & 0xc0) == 0x80);
    buf_add_str(out, label);
    shown_add(out, arena_strndup(arena, line, end), "", true);
    buf_printf(out, "%s\n", more ? "…" : "");
    arena_free(arena);
}

/* The first statement of a fix. */
static void add_short_fix(Buf *out, const char *fix)
{
    if (fix == NULL || fix[0] == '\0')
        return;
    Arena *arena = arena_new();
    while (text_starts(fix, "-- ") && strchr(fix, '\n') != NULL)
        fix = strchr(fix, '\n') + 1;
    size_t len = strcspn(fix, "\n");
    add_cut(out, "  instead: ", arena_strndup(arena, fix, len), fix[len] != '\0');
    arena_free(arena);
}

/* The statement from the part on that the caret is at. */
static void add_short_excerpt(Buf *out, const char *excerpt)
{
    if (excerpt == NULL)
        return;
    Arena *arena = arena_new();
    size_t len = strcspn(excerpt, "\n");
    size_t columns = excerpt[len] == '\0' ? 0 : strlen(excerpt + len + 1) - 1;
    const char *line = arena_strndup(arena, excerpt, len), *part = line;
    for (; columns > 0 && *part != '\0'; columns--)
        do
            part++;
        while (((unsigned char)*part & 0xc0) == 0x80);
    bool whole = strspn(line, " \t") >= (size_t)(part - line);
    add_cut(out, whole ? "    " : "    ...", part, false);
    arena_free(arena);
}

/* A further finding on a line that was shown. */
static bool is_on(const Finding *finding, const Finding *before)
{
    return before != NULL && finding->line > 0 && finding->line == before->line &&
           text_equal(finding->file, before->file) && finding->excerpt != NULL;
}

/* The worst of those on one line speaks for them. */
static size_t worst_on_line(const FindingList *findings, size_t first)
{
    size_t worst = first;
    for (size_t i = first + 1;
         i < findings->count && is_on(&findings->items[i], &findings->items[first]); i++)
        if (findings->items[i].severity > findings->items[worst].severity)
            worst = i;
    return worst;
}

/* What else was found on the line of finding `first`; returns how many there are. */
static size_t add_also(Buf *out, const FindingList *findings, size_t first)
{
    size_t worst = worst_on_line(findings, first), i = first, told = 0;
    for (; i == first || (i < findings->count && is_on(&findings->items[i], &findings->items[first])); i++)
        if (i != worst)
            buf_printf(out, "%s%s", told++ == 0 ? "; also " : ", ", findings->items[i].code);
    return i - first - 1;
}

static void add_place(Buf *out, const Finding *finding)
{
    Arena *arena = arena_new();
    if (finding->file != NULL) {
        shown_add(out, text_printable(arena, finding->file), "", true);
        if (finding->line > 0)
            buf_printf(out, ":%zu", finding->line);
        if (finding->line > 0 && finding->column > 0)
            buf_printf(out, ":%zu", finding->column);
        buf_add_str(out, ": ");
    }
    add_colored(out, severity_color(finding->severity), severity_name(finding->severity));
    buf_printf(out, ": %s [%s", text_printable(arena, finding->message), finding->code);
    arena_free(arena);
}

/* All on one line of a file, in three lines. Returns how many were told beside the first. */
static size_t add_brief(Buf *out, const FindingList *findings, size_t first)
{
    const Finding *finding = &findings->items[worst_on_line(findings, first)];
    add_place(out, finding);
    size_t more = add_also(out, findings, first);
    buf_add_str(out, "]\n");
    add_short_excerpt(out, finding->excerpt);
    if (finding->severity == SEVERITY_ERROR)
        add_short_fix(out, finding->fix);
    return more;
}

static void add_finding(Buf *out, const Finding *finding)
{
    add_place(out, finding);
    buf_printf(out, "%s%s]\n", finding->name == NULL ? "" : " ", finding->name == NULL ? "" : finding->name);
    if (finding->excerpt != NULL)
        add_excerpt(out, finding->excerpt);
    add_part(out, "evidence", finding->evidence);
    if (show_all || finding->evidence == NULL)
        add_part(out, "why", finding->why);
    add_fix(out, finding->fix);
}

static void add_item(Buf *out, const Report *report, size_t index, size_t *width)
{
    const ReportItem *item = &report->items.items[index];
    switch (item->kind) {
    case ITEM_FIELD:
        if (index == 0 || report->items.items[index - 1].kind != ITEM_FIELD)
            *width = title_width(report, index);
        if (is_shown_field(item))
            add_field(out, item, *width);
        break;
    case ITEM_LINE:
        if (item->text[0] == '\0')
            buf_add_char(out, '\n');
        add_lines(out, item->text, "");
        break;
    case ITEM_BLOCK:
        add_block(out, item->text);
        break;
    case ITEM_TABLE:
        add_table(out, item);
        break;
    }
}

void report_text_items(const Report *report, Buf *out)
{
    size_t width = 0;
    for (size_t i = 0; i < report->items.count; i++)
        add_item(out, report, i, &width);
}

static bool is_brief(const FindingList *findings)
{
    return !show_all && findings->count > WHOLE_FINDINGS;
}

static void add_findings(Buf *out, const FindingList *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (is_brief(findings))
            i += add_brief(out, findings, i);
        else
            add_finding(out, &findings->items[i]);
}

void report_text_render(const Report *report, Buf *out)
{
    report_text_items(report, out);
    add_findings(out, &report->findings);
    if (report->findings.count > 0) {
        Arena *arena = arena_new();
        buf_printf(out, "%s%s\n", report_counts(arena, report),
                   is_brief(&report->findings) ? " (in brief; --verbose: what was seen, why, the whole fix)"
                                               : "");
        arena_free(arena);
    }
}
