/* Row counts and sizes of production: read, kept, and put to findings. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/db/readlock.h"
#include "dbmig/text/hcl.h"
#include "dbmig_sql.h"
#include "rules.h"

bool lint_stats_query(Arena *arena, const char *url, LintStats *ret, Error *err)
{
    SessionOptions options = {.url = url, .application_name = "dbmig lint", .read_only = true,
                              .lock_timeout_ms = READLOCK_TIMEOUT_MS};
    Session *session;
    Rows *rows;
    *ret = (LintStats){0};
    if (!session_open(arena, &options, &session, err))
        return false;
    bool done = readlock_query(session, arena, sql_lint_stats, 0, NULL, &rows, err);
    session_close(session);
    for (size_t i = 0; done && i < rows_count(rows); i++) {
        LintTableStats stats = {rows_text(rows, i, 0), rows_int(rows, i, 1), rows_int(rows, i, 2)};
        VEC_PUSH(arena, ret->tables, stats);
    }
    return done;
}

static bool read_number(const HclValue *object, const char *key, int64_t *ret)
{
    double number;
    const HclValue *value = hcl_member(object, key);
    if (value == NULL || !hcl_to_number(value, &number))
        return false;
    *ret = (int64_t)number;
    return true;
}

bool lint_stats_read(Arena *arena, const char *path, LintStats *ret, Error *err)
{
    Bytes content;
    HclValue *root;
    *ret = (LintStats){0};
    if (!file_read(arena, path, &content, err))
        return false;
    if (!hcl_from_json(arena, content.data, &root, err))
        return error_prefix(err, "%s", path);
    const HclValue *tables = root->type == HCL_OBJECT ? hcl_member(root, "tables") : NULL;
    if (tables == NULL || tables->type != HCL_LIST)
        return error_set(err, EXIT_USAGE, "%s is no output of dbmig lint --dump-stats --json", path);
    for (size_t i = 0; i < tables->count; i++) {
        LintTableStats stats = {0};
        const HclValue *table = tables->items[i];
        const HclValue *name = table->type == HCL_OBJECT ? hcl_member(table, "table") : NULL;
        if (name == NULL || name->type != HCL_STRING || !read_number(table, "rows", &stats.rows) ||
            !read_number(table, "bytes", &stats.bytes))
            return error_set(err, EXIT_USAGE, "%s: table %zu needs table, rows and bytes", path, i + 1);
        stats.table = name->string;
        VEC_PUSH(arena, ret->tables, stats);
    }
    return true;
}

const LintTableStats *lint_stats_of(const LintStats *stats, const char *table)
{
    for (size_t i = 0; i < stats->tables.count; i++)
        if (strcmp(stats->tables.items[i].table, table) == 0)
            return &stats->tables.items[i];
    return NULL;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || (unsigned char)c >= 0x80;
}

/* True when the text holds the name as a word of its own. */
static bool mentions(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = text; (at = strstr(at, name)) != NULL; at++)
        if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
            return true;
    return false;
}

/* The largest table that the finding's message names, with its schema or without. */
static const LintTableStats *largest(const LintStats *stats, const char *message)
{
    const LintTableStats *found = NULL;
    for (size_t i = 0; i < stats->tables.count; i++) {
        const LintTableStats *table = &stats->tables.items[i];
        const char *dot = strchr(table->table, '.');
        bool meant = mentions(message, table->table) ||
                     (dot != NULL && strncmp(table->table, "public.", 7) == 0 &&
                      mentions(message, dot + 1));
        if (meant && (found == NULL || table->bytes > found->bytes))
            found = table;
    }
    return found;
}

static char *count_text(Arena *arena, int64_t rows)
{
    if (rows >= 1000000000)
        return arena_printf(arena, "%.1f billion rows", (double)rows / 1e9);
    if (rows >= 1000000)
        return arena_printf(arena, "%.1f million rows", (double)rows / 1e6);
    return arena_printf(arena, "%" PRId64 " row%s", rows, rows == 1 ? "" : "s");
}

static char *size_text(Arena *arena, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;
    while (size >= 1024 && unit + 1 < ARRAY_LENGTH(units)) {
        size /= 1024;
        unit++;
    }
    return arena_printf(arena, size < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

typedef struct Sized {
    Finding finding;
    int64_t bytes;
    size_t order;
} Sized;

static int compare(const void *a, const void *b)
{
    const Sized *x = a, *y = b;
    if (x->finding.severity != y->finding.severity)
        return x->finding.severity > y->finding.severity ? -1 : 1;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Rules whose danger grows with the table; a dropped small table is gone all the same. */
static bool is_of_size(const char *code)
{
    return !lint_rule_is(lint_rule_find(code), LINT_TRAIT_ANY_SIZE);
}

static void put_size(LintRun *run, Sized *sized)
{
    Finding *finding = &sized->finding;
    const LintTableStats *table = largest(run->options->stats, finding->message);
    if (table == NULL)
        return;
    Arena *arena = run->arena;
    sized->bytes = table->bytes;
    finding->evidence =
        arena_printf(arena, "%s: %s, %s%s%s", table->table, count_text(arena, table->rows),
                     size_text(arena, table->bytes), finding->evidence == NULL ? "" : "; ",
                     finding->evidence == NULL ? "" : finding->evidence);
    if (table->rows >= run->policy->small_table_rows || finding->severity <= SEVERITY_INFO ||
        !is_of_size(finding->code))
        return;
    finding->message = arena_printf(arena, "%s (a small table: %s instead of %s)", finding->message,
                                    severity_name(finding->severity - 1),
                                    severity_name(finding->severity));
    finding->severity--;
}

void lint_stats_apply(LintRun *run)
{
    FindingList *findings = &run->result->findings;
    Sized *all = arena_calloc(run->arena, findings->count + 1, sizeof(*all));
    for (size_t i = 0; i < findings->count; i++) {
        all[i] = (Sized){findings->items[i], 0, i};
        put_size(run, &all[i]);
    }
    if (findings->count > 0)
        qsort(all, findings->count, sizeof(*all), compare);
    for (size_t i = 0; i < findings->count; i++)
        findings->items[i] = all[i].finding;
}
