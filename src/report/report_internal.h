/* The report's inside, for the reporters. */
#ifndef DBMIG_REPORT_INTERNAL_H
#define DBMIG_REPORT_INTERNAL_H

#include "dbmig/base/buf.h"
#include "dbmig/base/hash.h"
#include "dbmig/report/report.h"

struct ReportTable {
    Report *report;
    const ReportColumn *columns;
    size_t count;
    VEC(const ReportValue *) rows;
};

typedef enum ItemKind { ITEM_FIELD, ITEM_LINE, ITEM_BLOCK, ITEM_TABLE } ItemKind;

typedef struct ReportItem {
    ItemKind kind;
    const char *key;      /* NULL for lines */
    const char *title;    /* of fields and tables; NULL: in JSON only */
    ReportValue value;    /* of fields */
    const char *text;     /* of lines and blocks */
    const char *language; /* of blocks; may be NULL */
    ReportTable *table;
} ReportItem;

struct Report {
    Arena *arena;
    const char *command;
    VEC(ReportItem) items; /* in the order in which the command gave them */
    FindingList findings;
    bool findings_marked;
    Error error; /* its texts are in the report's arena */
};

/* What report.c has a row for: adds its form of the report to out. */
typedef void (*ReporterFunction)(const Report *report, Buf *out);

void report_text_render(const Report *report, Buf *out);
void report_json_render(const Report *report, Buf *out);
void report_github_render(const Report *report, Buf *out);
void report_gitlab_render(const Report *report, Buf *out);
void report_sarif_render(const Report *report, Buf *out);
void report_markdown_render(const Report *report, Buf *out);

/* The text form without the findings. */
void report_text_items(const Report *report, Buf *out);

/* "ok", "findings" or "error". */
const char *report_outcome(const Report *report);

/* The value for people, on one line; "" for null. In the arena. */
char *report_shown(Arena *arena, const ReportValue *value);

/* "2 errors, 1 warning", or "no findings". In the arena. */
char *report_counts(Arena *arena, const Report *report);

/* What stands before the parts of a finding. */
typedef struct PartLabels {
    const char *why, *fix;
} PartLabels;
extern const PartLabels report_finding_labels; /* why, instead */
extern const PartLabels report_error_labels;   /* detail, hint */

/* The error as a finding: code "error" or the SQLSTATE, detail and hint as why and fix. */
Finding report_error_finding(const Report *report);

/*
 * A name for the finding that survives other edits of the file and is unique in the report: made
 * from code, file and what is complained about, not from the line. Equal ones among `all` are
 * numbered; a finding that is not one of them comes behind.
 */
void report_fingerprint(const Finding *finding, const FindingList *all, char ret[SHA256_HEX_SIZE]);

#endif
