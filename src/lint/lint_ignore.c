/*
 * Comments that silence rules: `-- dbmig:nolint CODE… reason`, `-- atlas:nolint …`,
 * `-- squawk-ignore rule, …`, `-- squawk-ignore-file`, also between slashes and stars. One before a
 * statement is about that statement, and so is one behind it on its last line (but for squawk's); one
 * inside it about the part behind it, or before it when it ends that part's line, and about what concerns
 * the whole statement; one at the head of the file, with an empty line behind it, about the whole file. Those
 * that silence nothing are noted.
 */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

static const struct {
    const char *word;
    bool whole_file;
} prefixes[] = {
    {"dbmig:nolint", false}, {"atlas:nolint", false}, {"squawk-ignore-file", true},
    {"squawk-ignore", false}, {"eugene: ignore", false}, {"pgfence-ignore", false},
    {"pgfence: ignore", false},
};

/* Where a comment outside statements stands: before one, before the first with an empty line between, or
   on the line where the one before ends. */
typedef enum Stand { STAND_BEFORE, STAND_HEAD, STAND_BEHIND } Stand;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Byte behind the prefix of a comment text that starts with one; 0 when none does. */
static size_t prefix_length(const char *text, size_t len, bool *ret_file)
{
    for (size_t i = 0; i < ARRAY_LENGTH(prefixes); i++) {
        size_t size = strlen(prefixes[i].word);
        if (len < size || strncasecmp(text, prefixes[i].word, size) != 0 ||
            (len > size && !is_blank(text[size]) && text[size] != ':' && text[size] != ','))
            continue;
        *ret_file = prefixes[i].whole_file;
        return size;
    }
    return 0;
}

static bool is_known(const char *word)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        if (lint_rule_answers_to(id, word))
            return true;
    return false;
}

static bool is_between(char c)
{
    return is_blank(c) || c == ':';
}

/*
 * The rules that are named, a blank between; what follows them is the reason. In a list with commas each
 * member is a name, also one that another linter alone knows.
 */
static const char *rule_words(LintRun *run, const char *text, size_t len, bool *ret_unknown,
                              bool *ret_reason)
{
    *ret_reason = false;
    Buf known = {0};
    bool comma = false, any = false;
    for (size_t at = 0;;) {
        for (; at < len && (is_between(text[at]) || text[at] == ','); at++)
            comma |= text[at] == ',';
        size_t from = at;
        while (at < len && !is_between(text[at]) && text[at] != ',')
            at++;
        if (at == from)
            break;
        any = true;
        size_t next = at;
        while (next < len && is_blank(text[next]))
            next++;
        char *word = arena_strndup(run->arena, text + from, at - from);
        if (is_known(word)) {
            buf_printf(&known, "%s%s", known.len == 0 ? "" : " ", word);
        } else if (!comma && (next == len || text[next] != ',')) {
            *ret_reason = true;
            break;
        }
        comma = false;
    }
    *ret_unknown = any && known.len == 0;
    return buf_steal(&known, run->arena);
}

static bool names_rule(const char *words, LintRuleId rule)
{
    char word[128];
    if (words[0] == '\0')
        return true;
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        if (len < sizeof(word)) {
            memcpy(word, words, len);
            word[len] = '\0';
            if (lint_rule_answers_to(rule, word))
                return true;
        }
        words += len + (words[len] == ' ');
    }
    return false;
}

/* A comment about the whole file may stand behind what it is about. */
static void silence_earlier(LintFile *file, LintIgnore *ignore)
{
    for (size_t i = 0; i < file->findings.count; i++) {
        Finding *finding = &file->findings.items[i];
        if (finding->severity == SEVERITY_OFF ||
            !names_rule(ignore->words, lint_rule_find(finding->code)))
            continue;
        finding->severity = SEVERITY_OFF;
        file->silenced_behind++;
        ignore->used = true;
    }
}

/* Findings of the statement that has just been judged. */
static void silence_last(LintFile *file, LintIgnore *ignore)
{
    for (size_t i = file->first_finding; i < file->findings.count; i++) {
        Finding *finding = &file->findings.items[i];
        if (finding->severity == SEVERITY_OFF || finding->line < file->last_line ||
            (finding->line == file->last_line && finding->column < file->last_column) ||
            !names_rule(ignore->words, lint_rule_find(finding->code)))
            continue;
        finding->severity = SEVERITY_OFF;
        file->silenced_behind++;
        ignore->used = true;
    }
}

static bool is_ignore(const char *text, size_t len)
{
    bool whole_file;
    return prefix_length(text, len, &whole_file) > 0;
}

/* squawk's comments are about what follows, wherever they stand. */
static bool may_be_behind(const char *text, size_t len)
{
    return is_ignore(text, len) && strncasecmp(text, "squawk", 6) != 0;
}

static void tell_no_reason(LintRun *run, const LintIgnore *ignore)
{
    const LintMade where = {.statement = ignore->statement, .line = ignore->line, .column = 1};
    Finding *finding = lint_add_at(run, LINT_IGNORE_WITHOUT_REASON, &where,
                                   "%s%sis silenced without a reason", ignore->words,
                                   ignore->words[0] == '\0' ? "every rule " : " ");
    finding->fix = arena_printf(run->arena, "-- dbmig:nolint %s WHY IT IS SAFE HERE", ignore->words);
}

/* part: the bytes of the statement that the comment is about; an empty one means all of it. */
static void add_ignore(LintRun *run, const char *text, size_t len, size_t line, Stand stand,
                       LintPart part)
{
    bool whole_file, unknown, reason, at_head = stand == STAND_HEAD;
    size_t size = prefix_length(text, len, &whole_file);
    if (size == 0)
        return;
    LintFile *file = &run->file;
    const char *words = rule_words(run, text + size, len - size, &unknown, &reason);
    LintIgnore ignore = {
        .file = file->migration->path,
        .line = line,
        .words = words,
        .whole_file = whole_file || at_head,
        .statement = file->statements + (stand == STAND_BEHIND ? 0 : 1),
        .part = part,
    };
    if (unknown) {
        /* A lone word that looks like a rule is a misspelling, not a reason for silence. */
        lint_note(run, "%s:%zu: no rule is called so: %s", ignore.file, line,
                  lint_short(run->arena, text + size, len - size, 60));
        return;
    }
    if (!reason && lint_on(run, LINT_IGNORE_WITHOUT_REASON))
        tell_no_reason(run, &ignore);
    if (whole_file)
        silence_earlier(file, &ignore);
    else if (stand == STAND_BEHIND)
        silence_last(file, &ignore);
    if (ignore.whole_file)
        VEC_PUSH(run->arena, file->whole_ignores, ignore);
    else
        VEC_PUSH(run->arena, file->ignores, ignore);
}

/* True when an empty line follows before the lead ends. */
static bool empty_line_follows(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] != '\n')
        at++;
    while (at < len) {
        size_t from = ++at;
        while (at < len && is_blank(text[at]))
            at++;
        if (at < len && text[at] == '\n')
            return true;
        if (at >= len)
            return false;
        while (at < len && text[at] != '\n')
            at++;
        if (from == at)
            return true;
    }
    return false;
}

static size_t count_lines(const char *text, size_t len)
{
    size_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

/* From a comment inside a statement to the comma that ends the part behind it, or the bracket around. */
static LintPart part_behind(const char *text, size_t len, size_t from)
{
    int depth = 0;
    for (size_t at = from;;) {
        SqlToken token = sqlscan_token(text, len, at);
        if (token.kind == SQL_TOKEN_END)
            return (LintPart){from, len};
        at = token.end;
        if (token.kind != SQL_TOKEN_SYMBOL)
            continue;
        char c = text[token.start];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (depth < 0 || (c == ',' && depth == 0))
            return (LintPart){from, token.start};
    }
}

/* From a comment behind a part, on the same line, back to where the part begins. */
static LintPart part_before(const char *text, size_t len, size_t comment)
{
    enum { MOST = 32 };
    size_t begins[MOST] = {0}, began[MOST] = {0}, last = 0;
    int depth = 0;
    bool comma = false;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(text, len, at);
        if (token.kind == SQL_TOKEN_END || token.start >= comment)
            break;
        at = last = token.end;
        char c = token.kind == SQL_TOKEN_SYMBOL ? text[token.start] : ' ';
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        comma = c == ',';
        if (depth < 0 || depth >= MOST)
            return (LintPart){0, comment};
        if (comma)
            began[depth] = begins[depth];
        if (comma || c == '(' || c == '[')
            begins[depth] = token.end;
    }
    return (LintPart){comma ? began[depth] : begins[depth], last};
}

static bool ends_line(const char *text, size_t len, size_t at)
{
    while (at < len && is_blank(text[at]))
        at++;
    return at >= len || text[at] == '\n';
}

/* True when something stands before the comment on its line, and nothing behind it. */
static bool is_behind(const char *text, size_t len, size_t at, size_t end)
{
    size_t from = at;
    while (from > 0 && is_blank(text[from - 1]))
        from--;
    return from > 0 && text[from - 1] != '\n' && ends_line(text, len, end);
}

/* Where the stars are that close a block comment, behind all those inside it. */
static size_t block_end(const char *text, size_t len, size_t at)
{
    for (size_t depth = 1; at + 1 < len; at++) {
        bool closes = text[at] == '*' && text[at + 1] == '/';
        if (!closes && (text[at] != '/' || text[at + 1] != '*'))
            continue;
        depth += closes ? (size_t)-1 : 1;
        if (depth == 0)
            return at;
        at++;
    }
    return len;
}

/* Where the comment that begins at `at` ends, and where its words begin: behind dashes, stars, blanks. */
static size_t comment_end(const char *text, size_t len, size_t at, size_t *ret_words, size_t *ret_to)
{
    bool block = text[at] == '/';
    size_t from = at + 2, to = from;
    if (block) {
        to = block_end(text, len, from);
    } else {
        while (to < len && text[to] != '\n')
            to++;
    }
    while (from < to && (is_blank(text[from]) || strchr(block ? "*\n" : "-", text[from]) != NULL))
        from++;
    *ret_words = from;
    for (*ret_to = from; *ret_to < to && text[*ret_to] != '\n';)
        (*ret_to)++;
    return block && to < len ? to + 2 : to;
}

/* Goes through the comments of a text that begins on that line. */
static void read_comments(LintRun *run, const char *text, size_t len, size_t line, bool lead)
{
    bool first = run->file.statements == 0;
    for (size_t at = 0; at + 1 < len;) {
        if (memcmp(text + at, "--", 2) != 0 && memcmp(text + at, "/*", 2) != 0) {
            line += text[at++] == '\n';
            continue;
        }
        size_t words, to;
        size_t end = comment_end(text, len, at, &words, &to);
        LintPart part = {0};
        size_t from = line;
        line += count_lines(text + at, end - at);
        if (!is_ignore(text + words, to - words)) {
            at = end;
            continue;
        }
        bool behind = may_be_behind(text + words, to - words);
        Stand stand = STAND_BEFORE;
        if (!lead)
            part = behind && is_behind(text, len, at, end) ? part_before(text, len, at)
                                                           : part_behind(text, len, end);
        else if (first)
            stand = empty_line_follows(text, len, end) ? STAND_HEAD : STAND_BEFORE;
        else if (behind && memchr(text, '\n', at) == NULL && ends_line(text, len, end))
            stand = STAND_BEHIND;
        add_ignore(run, text + words, to - words, from + count_lines(text + at, words - at), stand, part);
        at = end;
    }
}

void lint_ignore_read(LintRun *run, const SqlItem *item)
{
    size_t lines = count_lines(item->lead, item->lead_len);
    if (item->lead_len > 0)
        read_comments(run, item->lead, item->lead_len,
                      item->line > lines ? item->line - lines : 1, true);
    /* Only comments that name a linter can be meant, so strings that hold "--" do no harm. */
    if (memmem(item->text, item->len, "nolint", 6) != NULL ||
        memmem(item->text, item->len, "squawk-ignore", 13) != NULL)
        read_comments(run, item->text, item->len, item->line, false);
}

void lint_ignore_end_lead(LintRun *run, const SqlItem *item)
{
    const char *line = memchr(item->lead, '\n', item->lead_len);
    size_t len = line == NULL ? item->lead_len : (size_t)(line - item->lead);
    if (len > 0 && run->file.statements > 0)
        read_comments(run, item->lead, len, item->line > 0 ? item->line : 1, true);
}

void lint_ignore_tail(LintRun *run, const FilePlan *plan)
{
    FileScan *scan;
    SqlItem item = {0};
    Error ignored = {0};
    bool done = fileplan_open(plan, &scan, &ignored);
    if (done) {
        while ((done = fileplan_next(scan, &item, &ignored)) && item.kind != SQL_ITEM_END)
            ;
        if (done)
            lint_ignore_end_lead(run, &item);
        fileplan_close(scan);
    }
    error_clear(&ignored);
}

/* The first comment about that statement or a later one. */
static size_t first_about(const LintFile *file, size_t statement)
{
    size_t low = 0, high = file->ignores.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->ignores.items[middle].statement < statement)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_about(const LintIgnore *ignore, size_t at)
{
    return ignore->part.to == 0 || at == 0 || (at >= ignore->part.from && at < ignore->part.to);
}

bool lint_ignored(LintRun *run, LintRuleId rule, size_t statement, size_t at)
{
    LintFile *file = &run->file;
    bool ignored = false;
    for (size_t i = 0; i < file->whole_ignores.count; i++)
        if (names_rule(file->whole_ignores.items[i].words, rule))
            ignored = file->whole_ignores.items[i].used = true;
    for (size_t i = first_about(file, statement);
         i < file->ignores.count && file->ignores.items[i].statement == statement; i++)
        if (is_about(&file->ignores.items[i], at) && names_rule(file->ignores.items[i].words, rule))
            ignored = file->ignores.items[i].used = true;
    return ignored;
}

static void note_unused(LintRun *run, const LintIgnore *ignore)
{
    if (!ignore->used)
        lint_note(run, "%s:%zu: unused ignore%s%s: nothing to silence %s", ignore->file, ignore->line,
                  ignore->words[0] == '\0' ? "" : " of ", ignore->words,
                  ignore->whole_file ? "in the file" : "in the statement");
}

void lint_ignore_end(LintRun *run)
{
    for (size_t i = 0; i < run->file.whole_ignores.count; i++)
        note_unused(run, &run->file.whole_ignores.items[i]);
    for (size_t i = 0; i < run->file.ignores.count; i++)
        note_unused(run, &run->file.ignores.items[i]);
}
