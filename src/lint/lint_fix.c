/*
 * The mechanical rewrites of --fix: CONCURRENTLY, NOT VALID with VALIDATE, lock_timeout. What must run
 * later, or outside the transaction, goes into one next file. Works on the files' text; the findings
 * tell which statements, and their fix texts hold what VALIDATE needs.
 */
#include <string.h>
#include <time.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

typedef struct Piece { /* a replacement in a file */
    size_t from, to;   /* bytes of the old content */
    const char *text;
} Piece;

typedef struct Fixer {
    Arena *arena;
    const MigrationFolder *folder;
    const LintResult *result;
    const Migration *migration; /* that is being rewritten */
    size_t statements;          /* in it */
    VEC(Piece) pieces;
    Buf next;                   /* the content of the next file */
    bool *fixed;                /* of each finding of the result */
} Fixer;

/* ---- single statements ---- */

/* Statements may share a line. */
static bool lies_in(const Finding *finding, const SqlItem *item)
{
    size_t line, column;
    if (finding->line < item->line || (finding->line == item->line && finding->column < item->column))
        return false;
    sqlscan_place(item, item->len, &line, &column);
    return finding->line < line || (finding->line == line && finding->column < column);
}

static const Finding *finding_of(const Fixer *fixer, const SqlItem *item, LintRuleId rule)
{
    const char *code = lint_rule(rule)->code;
    for (size_t i = 0; i < fixer->result->findings.count; i++) {
        const Finding *finding = &fixer->result->findings.items[i];
        if (strcmp(finding->code, code) == 0 && strcmp(finding->file, fixer->migration->path) == 0 &&
            lies_in(finding, item))
            return finding;
    }
    return NULL;
}

/* The edits take this finding away. */
static void mark(Fixer *fixer, const Finding *finding)
{
    fixer->fixed[finding - fixer->result->findings.items] = true;
}

static void replace(Fixer *fixer, size_t from, size_t to, const char *text)
{
    Piece piece = {from, to, arena_strdup(fixer->arena, text)};
    VEC_PUSH(fixer->arena, fixer->pieces, piece);
}

/* Behind IF [NOT] EXISTS, if that follows. */
static size_t behind_if(const SqlItem *item, size_t at)
{
    SqlToken token = sqlscan_token(item->text, item->len, at);
    if (!sqlscan_is_word(item->text, &token, "IF"))
        return at;
    token = sqlscan_token(item->text, item->len, token.end);
    if (sqlscan_is_word(item->text, &token, "NOT"))
        token = sqlscan_token(item->text, item->len, token.end);
    return token.end;
}

/* The statement with CONCURRENTLY behind its word INDEX. */
static char *with_concurrently(const Fixer *fixer, const SqlItem *item)
{
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        if (token.kind == SQL_TOKEN_END)
            return NULL;
        at = token.end;
        if (!sqlscan_is_word(item->text, &token, "INDEX"))
            continue;
        /* An index made invalid by a try that failed passes IF NOT EXISTS; a DROP is to run twice. */
        size_t rest = behind_if(item, at);
        return arena_printf(fixer->arena, "%.*s CONCURRENTLY%s%.*s", (int)at, item->text,
                            item->verb == SQL_VERB_DROP ? " IF EXISTS" : "", (int)(item->len - rest),
                            item->text + rest);
    }
}

static size_t end_of(const SqlItem *item)
{
    return (size_t)item->offset + item->len + (item->terminated ? 1 : 0);
}

static bool names_several(const SqlItem *item)
{
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        if (token.kind == SQL_TOKEN_END)
            return false;
        at = token.end;
        if (sqlscan_is_word(item->text, &token, "CASCADE") ||
            (token.kind == SQL_TOKEN_SYMBOL && item->text[token.start] == ','))
            return true;
    }
}

static void fix_index(Fixer *fixer, const SqlItem *item, LintRuleId rule)
{
    char *text = with_concurrently(fixer, item);
    /* DROP INDEX CONCURRENTLY takes one name and no CASCADE. */
    if (text == NULL || (item->verb == SQL_VERB_DROP && names_several(item)))
        return;
    if (fixer->statements == 1) {
        mark(fixer, finding_of(fixer, item, rule));
        replace(fixer, (size_t)item->offset, (size_t)item->offset + item->len, text);
        return;
    }
    if (fixer->folder->path[0] == '\0')
        return;
    mark(fixer, finding_of(fixer, item, rule));
    replace(fixer, (size_t)item->offset, end_of(item), "");
    buf_printf(&fixer->next, "%s;\n", text);
}

/* Top-level commas: an ALTER TABLE of several parts is left to people. */
static bool has_parts(const SqlItem *item)
{
    int depth = 0;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        if (token.kind == SQL_TOKEN_END)
            return false;
        at = token.end;
        if (token.kind != SQL_TOKEN_SYMBOL)
            continue;
        char c = item->text[token.start];
        depth += (c == '(') - (c == ')');
        if (c == ',' && depth == 0)
            return true;
    }
}

/* The byte behind ADD when no CONSTRAINT name follows it; 0 when it has a name. */
static size_t unnamed_at(const SqlItem *item)
{
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(item->text, item->len, at);
        if (token.kind == SQL_TOKEN_END)
            return 0;
        at = token.end;
        if (!sqlscan_is_word(item->text, &token, "ADD"))
            continue;
        SqlToken next = sqlscan_token(item->text, item->len, at);
        return sqlscan_is_word(item->text, &next, "CONSTRAINT") ? 0 : at;
    }
}

/* A line of fix is "ALTER TABLE t VALIDATE CONSTRAINT c;". */
static void fix_constraint(Fixer *fixer, const SqlItem *item, const Finding *finding)
{
    static const char word[] = " VALIDATE CONSTRAINT ";
    const char *name = strstr(finding->fix, word);
    if (name == NULL || has_parts(item) || fixer->folder->path[0] == '\0')
        return;
    const char *validate = name;
    while (validate > finding->fix && validate[-1] != '\n')
        validate--;
    name += strlen(word);
    size_t len = strcspn(name, "\n");
    if (!text_starts(validate, "ALTER TABLE "))
        return;
    mark(fixer, finding);
    size_t at = unnamed_at(item);
    if (at > 0)
        replace(fixer, (size_t)item->offset + at, (size_t)item->offset + at,
                arena_printf(fixer->arena, " CONSTRAINT %.*s", (int)len - 1, name));
    size_t end = (size_t)item->offset + item->len;
    replace(fixer, end, end, " NOT VALID");
    buf_printf(&fixer->next, "%.*s\n", (int)strcspn(validate, "\n"), validate);
}

/* Where a statement can be put before the item: before the comments that silence rules for it. */
static size_t place_before(const SqlItem *item)
{
    static const char *const words[] = {"nolint", "squawk-ignore", "eugene: ignore"};
    const char *lead = item->lead;
    size_t len = item->lead_len, from = len;
    /* The lines right before it, none empty; what ends the line of the statement before is not its own. */
    for (size_t at = len, line; at > 0; at = line) {
        for (line = at - 1; line > 0 && lead[line - 1] != '\n';)
            line--;
        bool own = line > 0 || item->offset == len;
        size_t blanks = strspn(lead + line, " \t\r");
        if (at < len && line + blanks >= at - 1)
            break;
        for (size_t i = 0; own && i < ARRAY_LENGTH(words); i++)
            if (memmem(lead + line, at - line, words[i], strlen(words[i])) != NULL)
                from = line;
    }
    return (size_t)item->offset - len + from;
}

static bool says(const Finding *finding, const char *words)
{
    return finding != NULL && finding->fix != NULL && strstr(finding->fix, words) != NULL;
}

static void fix_statement(Fixer *fixer, const SqlItem *item, bool transactional)
{
    const Finding *finding;
    if ((finding = finding_of(fixer, item, LINT_LOCK_TIMEOUT)) != NULL) {
        mark(fixer, finding);
        replace(fixer, place_before(item), place_before(item),
                transactional ? "SET LOCAL lock_timeout = '3s';\n" : "SET lock_timeout = '3s';\n");
    }
    /* On a partitioned table there is no CONCURRENTLY: the finding's own words differ. */
    if (item->verb == SQL_VERB_CREATE &&
        says(finding_of(fixer, item, LINT_CREATE_INDEX), "INDEX CONCURRENTLY") &&
        !says(finding_of(fixer, item, LINT_CREATE_INDEX), " ON ONLY "))
        fix_index(fixer, item, LINT_CREATE_INDEX);
    else if (item->verb == SQL_VERB_DROP &&
             says(finding_of(fixer, item, LINT_DROP_INDEX), "DROP INDEX CONCURRENTLY"))
        fix_index(fixer, item, LINT_DROP_INDEX);
    else if (item->verb == SQL_VERB_ALTER &&
             ((finding = finding_of(fixer, item, LINT_ADD_CHECK)) != NULL ||
              (finding = finding_of(fixer, item, LINT_ADD_FOREIGN_KEY)) != NULL))
        fix_constraint(fixer, item, finding);
}

/* ---- files ---- */

static char *rewritten(const Fixer *fixer, const char *content, size_t len)
{
    Buf out = {0};
    size_t at = 0;
    for (size_t i = 0; i < fixer->pieces.count; i++) {
        const Piece *piece = &fixer->pieces.items[i];
        if (piece->from < at || piece->to > len)
            continue;
        buf_add(&out, content + at, piece->from - at);
        buf_add_str(&out, piece->text);
        at = piece->to;
        /* No empty line stays where a statement went. */
        if (piece->to > piece->from && piece->text[0] == '\0' && at < len && content[at] == '\n')
            at++;
    }
    buf_add(&out, content + at, len - at);
    return buf_steal(&out, fixer->arena);
}

static bool for_statements(Fixer *fixer, const Bytes *content, bool transactional, bool fixing,
                           Error *err)
{
    Arena *scratch = arena_new();
    SqlItem item = {0};
    SqlScanner *scanner = sqlscan_begin_text(scratch, fixer->migration->path, content->data,
                                             content->len);
    bool done;
    while ((done = sqlscan_next(scanner, &item, err)) && item.kind != SQL_ITEM_END) {
        if (item.kind == SQL_ITEM_STATEMENT && fixing)
            fix_statement(fixer, &item, transactional);
        else if (!fixing)
            fixer->statements += item.kind == SQL_ITEM_STATEMENT || item.kind == SQL_ITEM_COPY;
    }
    sqlscan_end(scanner);
    arena_free(scratch);
    return done;
}

static bool fix_file(Fixer *fixer, const Migration *migration, LintEdits *ret, Error *err)
{
    Bytes content;
    FilePlan plan;
    Error ignored = {0};
    if (strcmp(migration->path, "<stdin>") == 0)
        return true;
    fixer->migration = migration;
    fixer->statements = 0;
    fixer->pieces.count = 0;
    if (!file_read(fixer->arena, migration->path, &content, err) ||
        !for_statements(fixer, &content, false, false, err))
        return false;
    bool transactional = fileplan_make(fixer->arena, migration, TXMODE_FILE, 0, &plan, &ignored) &&
                         plan.transactional;
    error_clear(&ignored);
    if (!for_statements(fixer, &content, transactional, true, err))
        return false;
    if (fixer->pieces.count == 0)
        return true;
    LintEdit edit = {migration->path, content.data, rewritten(fixer, content.data, content.len)};
    VEC_PUSH(fixer->arena, *ret, edit);
    return true;
}

static bool add_next_file(Fixer *fixer, LintEdits *ret, Error *err)
{
    char now[16] = "";
    char *name;
    time_t seconds = time(NULL);
    struct tm parts;
    if (fixer->next.len == 0)
        return true;
    if (gmtime_r(&seconds, &parts) != NULL)
        strftime(now, sizeof(now), "%Y%m%d%H%M%S", &parts);
    if (!migration_new_name(fixer->arena, fixer->folder, NULL, "validate and build concurrently", now,
                            &name, err))
        return false;
    LintEdit edit = {file_join(fixer->arena, fixer->folder->path, name), NULL,
                     arena_strdup(fixer->arena, buf_text(&fixer->next))};
    VEC_PUSH(fixer->arena, *ret, edit);
    return true;
}

bool lint_fix(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
              const LintResult *result, LintEdits *ret, FindingList *ret_left, Error *err)
{
    Fixer fixer = {.arena = arena, .folder = folder, .result = result};
    fixer.fixed = arena_calloc(arena, result->findings.count + 1, sizeof(*fixer.fixed));
    bool done = true;
    ret->count = 0;
    for (size_t i = 0; i < options->run_count && done; i++)
        done = fix_file(&fixer, folder->run[options->run_indexes[i]], ret, err);
    done = done && add_next_file(&fixer, ret, err);
    buf_free(&fixer.next);
    for (size_t i = 0; i < result->findings.count; i++)
        if (!fixer.fixed[i])
            VEC_PUSH(arena, *ret_left, result->findings.items[i]);
    return done;
}

/* ---- the diff ---- */

typedef struct Lines {
    VEC(const char *) items;
    VEC(size_t) lengths;
} Lines;

static Lines split_lines(Arena *arena, const char *text)
{
    Lines lines = {0};
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, "\n");
        VEC_PUSH(arena, lines.items, text);
        VEC_PUSH(arena, lines.lengths, len);
        text += len + (text[len] == '\n');
    }
    return lines;
}

static bool same_line(const Lines *a, size_t i, const Lines *b, size_t k)
{
    return a->lengths.items[i] == b->lengths.items[k] &&
           memcmp(a->items.items[i], b->items.items[k], a->lengths.items[i]) == 0;
}

static void add_lines(Buf *out, char mark, const Lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        buf_printf(out, "%c%.*s\n", mark, (int)lines->lengths.items[i], lines->items.items[i]);
}

/* One hunk: all between the first and the last line that differ. */
static void diff_one(Arena *arena, Buf *out, const LintEdit *edit)
{
    enum { CONTEXT = 3 };
    Lines before = split_lines(arena, edit->before), after = split_lines(arena, edit->after);
    size_t head = 0, tail = 0, b = before.items.count, a = after.items.count;
    while (head < b && head < a && same_line(&before, head, &after, head))
        head++;
    while (tail < b - head && tail < a - head && same_line(&before, b - 1 - tail, &after, a - 1 - tail))
        tail++;
    size_t from = head > CONTEXT ? head - CONTEXT : 0;
    size_t more = tail > CONTEXT ? CONTEXT : tail;
    buf_printf(out, "--- %s\n+++ %s\n@@ -%zu,%zu +%zu,%zu @@\n",
               edit->before == NULL ? "/dev/null" : edit->path, edit->path, b == 0 ? 0 : from + 1,
               b - tail + more - from, from + 1, a - tail + more - from);
    add_lines(out, ' ', &before, from, head);
    add_lines(out, '-', &before, head, b - tail);
    add_lines(out, '+', &after, head, a - tail);
    add_lines(out, ' ', &before, b - tail, b - tail + more);
}

char *lint_diff(Arena *arena, const LintEdits *edits)
{
    Buf out = {0};
    for (size_t i = 0; i < edits->count; i++)
        diff_one(arena, &out, &edits->items[i]);
    return buf_steal(&out, arena);
}
