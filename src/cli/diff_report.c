/* Plans and proofs in reports. */
#include "dbmig/cli/diff_report.h"

#include "dbmig/base/log.h"

const char *diff_report_change(ChangeKind kind)
{
    static const char *const words[] = {"none", "create", "drop", "alter", "replace"};
    return words[kind];
}

void diff_report_changes(Report *report, const char *key, const ChangeList *changes)
{
    static const ReportColumn columns[] = {
        {"change", NULL}, {"kind", NULL}, {"object", NULL}, {"attributes", NULL},
    };
    ReportTable *table = report_table(report, key, NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < changes->count; i++) {
        const Change *change = &changes->items[i];
        const Object *object = change->after ? change->after : change->before;
        const ReportValue row[] = {
            report_text(diff_report_change(change->kind)),
            report_text(kind_spec(object->kind)->name),
            report_text(object->key),
            report_texts(&change->attributes),
        };
        report_row(table, row);
    }
}

static void tell_parts(Report *report, const SchemaPlan *plan)
{
    static const ReportColumn columns[] = {
        {"transaction", NULL}, {"statements", NULL}, {"purpose", NULL},
    };
    ReportTable *table = report_table(report, "parts", NULL, columns, ARRAY_LENGTH(columns));
    for (size_t i = 0; i < plan->parts.count; i++) {
        const PlanPart *part = &plan->parts.items[i];
        const ReportValue row[] = {
            report_bool(!part->outside),
            report_int((int64_t)part->count),
            report_text(part->purpose),
        };
        report_row(table, row);
    }
}

static void tell_hazards(const CommandContext *context, const StatementList *statements)
{
    StringList hazards = {0};
    for (size_t i = 0; i < statements->count; i++) {
        if (statements->items[i].hazard)
            VEC_PUSH(context->arena, hazards, statements->items[i].hazard);
    }
    report_field(context->report, "hazards", NULL, report_texts(&hazards));
    for (size_t i = 0; i < hazards.count; i++)
        log_warning("%s", hazards.items[i]);
}

void diff_report_plan(const CommandContext *context, const DiffResult *result)
{
    for (size_t i = 0; i < result->left_out.count; i++)
        log_warning("not compared: %s", result->left_out.items[i]);
    report_field(context->report, "left_out", NULL, report_texts(&result->left_out));
    for (size_t i = 0; i < result->plan.skipped.count; i++)
        log_warning("skipped: %s", result->plan.skipped.items[i]);
    report_field(context->report, "skipped", NULL, report_texts(&result->plan.skipped));
    for (size_t i = 0; i < result->plan.rename_hints.count; i++)
        log_warning("%s", result->plan.rename_hints.items[i]);
    report_field(context->report, "rename_hints", NULL, report_texts(&result->plan.rename_hints));
    diff_report_changes(context->report, "changes", &result->plan.changes);
    tell_parts(context->report, &result->plan);
    tell_hazards(context, &result->plan.statements);
}

bool diff_report_proof(const CommandContext *context, const DiffResult *result, Error *err)
{
    static const char *const words[] = {"not tried", "proved", "unproved", "residue", "failed"};
    report_field(context->report, "proof", NULL, report_text(words[result->proof]));
    report_field(context->report, "why", NULL, report_text(result->why));
    diff_report_changes(context->report, "residue", &result->residue);
    if (result->proof == DIFF_UNPROVED)
        log_warning("this plan was not verified: %s", result->why);
    if (result->proof == DIFF_FAILED)
        return error_set(err, EXIT_SQL, "this plan fails on a copy: %s", result->why);
    if (result->proof != DIFF_RESIDUE)
        return true;
    for (size_t i = 0; i < result->residue.count; i++) {
        const Change *change = &result->residue.items[i];
        const Object *object = change->after ? change->after : change->before;
        log_warning("still different after the plan: %s %s", kind_spec(object->kind)->name, object->key);
    }
    report_mark_findings(context->report);
    return true;
}
