#include "dbmig/cli/amend_report.h"

#include "dbmig/base/log.h"

static const char *const kinds[] = {
    [AMEND_INSERT] = "insert", [AMEND_UPDATE] = "update", [AMEND_DELETE] = "delete"};

void amend_report(Report *report, const Session *session, const AmendPlan *plan)
{
    static const ReportColumn columns[] = {
        {"version", "version"}, {"script", "file"}, {"why", "why"},
        {"change", "change"},   {"kind", NULL},
    };
    report_field(report, "database", NULL, report_text(session_shown(session)));
    report_field(report, "history", NULL, report_text(plan->status.history.qualified));
    ReportTable *table =
        report_table(report, "changes", "Changes to the history", columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < plan->list.count; i++) {
        const Amendment *amendment = &plan->list.items[i];
        const ReportValue row[] = {
            report_text(amendment->row.version), report_text(amendment->script),
            report_text(amendment->what),        report_text(amendment->change),
            report_text(kinds[amendment->kind]),
        };
        report_row(table, row);
    }
    for (size_t i = 0; i < plan->notes.count; i++)
        log_warning("%s", plan->notes.items[i]);
}

void amend_log(const AmendPlan *plan)
{
    for (size_t i = 0; i < plan->list.count; i++) {
        const Amendment *amendment = &plan->list.items[i];
        log_info("%s: %s: %s", amendment->script, amendment->what, amendment->change);
    }
}
