/* Findings: their place, their texts, and whether they count. */
#include <stdarg.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

bool lint_on(const LintRun *run, LintRuleId rule)
{
    return run->policy->severity[rule] != SEVERITY_OFF;
}

void lint_note(LintRun *run, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(run->arena, format, args);
    va_end(args);
    if (run->noted == NULL)
        run->noted = map_new(run->arena);
    if (map_has(run->noted, text))
        return;
    map_set(run->noted, text, run);
    VEC_PUSH(run->arena, run->result->notes, text);
}

char *lint_short(Arena *arena, const char *text, size_t len, size_t most)
{
    Buf out = {0};
    bool blank = false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r')) {
            blank = out.len > 0;
            continue;
        }
        if (out.len >= most && ((unsigned char)text[i] & 0xc0) != 0x80) {
            buf_add_str(&out, "…");
            break;
        }
        if (blank)
            buf_add_char(&out, ' ');
        blank = false;
        buf_add_char(&out, text[i]);
    }
    return buf_steal(&out, arena);
}

/* Where a finding that is off or ignored goes, so that rules need not ask. */
static Finding *nowhere(LintRun *run)
{
    return arena_alloc(run->arena, sizeof(Finding));
}

static Finding *add(LintRun *run, LintRuleId id, Finding finding)
{
    const LintRule *rule = lint_rule(id);
    LintFile *file = &run->file;
    finding.code = rule->code;
    finding.name = rule->name;
    finding.severity = run->policy->severity[id];
    finding.file = file->migration->path;
    finding.why = rule->why;
    finding.fix = rule->instead;
    const char *key = arena_printf(run->arena, "%zu:%zu %s %s", finding.line, finding.column,
                                   finding.code, finding.message);
    if (map_has(file->told, key))
        return nowhere(run);
    map_set(file->told, key, file);
    VEC_PUSH(run->arena, file->findings, finding);
    return &file->findings.items[file->findings.count - 1];
}

Finding *lint_add(const LintStatement *s, LintRuleId rule, size_t at, const char *format, ...)
{
    LintRun *run = s->run;
    at = s->dynamic ? s->shift : at + s->shift;
    if (at > s->item->len)
        at = 0;
    bool ignored = lint_on(run, rule) && lint_ignored(run, rule, s->number, at == 0 ? s->part_at : at);
    bool silent = !lint_on(run, rule) || ignored;
    if (ignored)
        map_set(s->file->ignored, arena_printf(s->scratch, "%zu:%zu %d", s->number, at, (int)rule), run);
    if (silent && !s->inner)
        return nowhere(run);
    Finding finding = {.code = lint_rule(rule)->code};
    va_list args;
    va_start(args, format);
    finding.message = arena_vprintf(run->arena, format, args);
    va_end(args);
    if (silent) {
        VEC_PUSH(run->arena, s->file->silenced, finding);
        return nowhere(run);
    }
    sqlscan_place(s->item, at, &finding.line, &finding.column);
    finding.excerpt = sqlscan_excerpt_within(run->arena, s->item->text, s->item->len, at,
                                             LINT_EXCERPT_BEFORE, LINT_EXCERPT_BEHIND);
    return add(run, rule, finding);
}

void lint_soften(Finding *finding, Severity most)
{
    if (finding->severity > most)
        finding->severity = most;
}

Finding *lint_add_at(LintRun *run, LintRuleId rule, const LintMade *where, const char *format, ...)
{
    if (!lint_on(run, rule) || lint_ignored(run, rule, where == NULL ? 0 : where->statement, 0))
        return nowhere(run);
    Finding finding = {0};
    va_list args;
    va_start(args, format);
    finding.message = arena_vprintf(run->arena, format, args);
    va_end(args);
    if (where != NULL) {
        finding.line = where->line;
        finding.column = where->column;
        finding.excerpt = where->excerpt;
    }
    return add(run, rule, finding);
}

void lint_fixf(const LintStatement *s, Finding *finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    finding->fix = arena_vprintf(s->run->arena, format, args);
    va_end(args);
}

void lint_provef(const LintStatement *s, Finding *finding, const char *format, ...)
{
    if (s->evidence == NULL)
        return;
    va_list args;
    va_start(args, format);
    finding->evidence = arena_vprintf(s->run->arena, format, args);
    va_end(args);
}
