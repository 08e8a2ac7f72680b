/* What `lint` and `check` tell of the locks and the tables of a change. */
#include "dbmig/cli/lint_report.h"

#include "dbmig/report/report.h"

bool lint_report_draws(const CommandContext *context)
{
    return report_draws(option_string(context->options, OPT_FORMAT));
}

static const char *blocks_text(Arena *arena, const LintLock *lock)
{
    if (lock->blocks_reads)
        return "reads, writes, DDL";
    if (lock->blocks_writes)
        return "writes, DDL";
    return lock->blocks_ddl ? "DDL" : arena_strdup(arena, "nothing");
}

void lint_report_locks(const CommandContext *context, const LintResult *result)
{
    static const ReportColumn columns[] = {
        {"file", "file"}, {"line", "line"}, {"statement", "statement"}, {"object", "object"},
        {"mode", "mode"}, {"blocks", "blocks"}, {"work", "work"},
        {"blocks_reads", NULL}, {"blocks_writes", NULL}, {"blocks_ddl", NULL},
    };
    ReportTable *table = report_table(context->report, "locks", "Locks on existing objects", columns,
                                      ARRAY_LENGTH(columns));
    for (size_t i = 0; i < result->locks.count; i++) {
        const LintLock *lock = &result->locks.items[i];
        const ReportValue row[] = {
            report_text(lock->file),
            report_int((int64_t)lock->line),
            report_text(lock->statement),
            report_text(lock->object),
            report_text(lock->mode),
            report_text(blocks_text(context->arena, lock)),
            report_text(lock->work),
            report_bool(lock->blocks_reads),
            report_bool(lock->blocks_writes),
            report_bool(lock->blocks_ddl),
        };
        report_row(table, row);
    }
}

void lint_report_change(const CommandContext *context, const LintResult *result)
{
    if (result->dropped_tables.count > 0)
        report_field(context->report, "dropped_tables", "Tables dropped",
                     report_texts(&result->dropped_tables));
    if (result->diagram == NULL)
        return;
    report_line(context->report, "Tables made or altered, and what they are tied to:");
    report_block(context->report, "diagram", result->diagram, "mermaid");
}
