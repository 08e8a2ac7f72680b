/*
 * What a command found out, independent of how it is printed. Commands fill a Report; a reporter
 * (text, json, github, gitlab, sarif, markdown) turns it into bytes on stdout. No command asks
 * which. A reporter is one file and one row in report.c.
 *
 * JSON form, version 1: an object with "version" (1), "command", "outcome" ("ok", "findings",
 * "error"), "exit_code", each field and block by its key, each table by its key as an array of
 * objects, "findings" (an array of code, name, severity, file, line, column, message, why, fix,
 * evidence, excerpt) and "error" (null, or exit_code, sqlstate, message, detail, hint, file, line,
 * column, excerpt, context). What is unknown is null. Keys are never renamed; new ones may come.
 *
 * Texts given to a report are copied, but for those of report_block(). A key may be used once.
 */
#ifndef DBMIG_REPORT_REPORT_H
#define DBMIG_REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/engine/finding.h"

typedef enum ReportType {
    REPORT_NULL,
    REPORT_TEXT,
    REPORT_INT,
    REPORT_BOOL,
    REPORT_DURATION_MS, /* text: 1.2 s; json: milliseconds, and the key must end in "_ms" */
    REPORT_BYTES,       /* text: 12 MB; json: bytes */
    REPORT_TEXTS,       /* a list of strings */
} ReportType;

/* How a word is meant; colour on a terminal. The word says it, too. */
typedef enum ReportTone { TONE_PLAIN, TONE_GOOD, TONE_WAITING, TONE_BAD } ReportTone;

typedef struct ReportValue {
    ReportType type;
    ReportTone tone;
    const char *text;
    int64_t number;
    const StringList *texts;
} ReportValue;

ReportValue report_text(const char *text); /* NULL gives REPORT_NULL */
ReportValue report_word(const char *text, ReportTone tone);
ReportValue report_int(int64_t number);
ReportValue report_bool(bool value);
ReportValue report_duration(int64_t ms);
ReportValue report_bytes(int64_t bytes);
ReportValue report_texts(const StringList *texts);

typedef struct ReportColumn {
    const char *key;   /* in JSON */
    const char *title; /* NULL: in JSON only */
} ReportColumn;

typedef struct Report Report;
typedef struct ReportTable ReportTable;

Report *report_new(Arena *arena, const char *command);

/* A named value. title NULL: in JSON only. */
void report_field(Report *report, const char *key, const char *title, ReportValue value);

/* A line for people, not in JSON. "" is a blank line. */
void report_line(Report *report, const char *format, ...) DBMIG_PRINTF(2, 3);

/* A block of text printed as it stands (SQL); in JSON under key. language: NULL, or what it is
   ("sql"), for Markdown. The text is not copied and must live as long as the report. */
void report_block(Report *report, const char *key, const char *text, const char *language);

/* A table; key NULL: for people only, not in JSON; rows take one value per column. title NULL: no
   line above it. An empty table, and one whose columns all have no title, prints nothing for
   people. columns is not copied. */
ReportTable *report_table(Report *report, const char *key, const char *title,
                          const ReportColumn *columns, size_t count);
void report_row(ReportTable *table, const ReportValue *values);

void report_finding(Report *report, const Finding *finding);
void report_set_error(Report *report, const Error *err);

/* Exit code by content: the error's, else EXIT_FINDINGS when there is an error finding or
   report_mark_findings() was called, else EXIT_OK. */
ExitCode report_exit_code(const Report *report);
void report_mark_findings(Report *report);

/* Adds what the reporter of that name ("text", "json", …) makes of the report. */
void report_render(const Report *report, const char *format, Buf *out);

/* Renders and writes to stdout. False when stdout could not be written. */
bool report_print(const Report *report, const char *format, Error *err);

/* Writes bytes to stdout, all of them. False when that failed; a reader that went away (EPIPE) is
   no failure. */
bool report_write(const char *data, size_t len, Error *err);

/* True for a format that draws diagrams: those cost time to make, and others need not have them. */
bool report_draws(const char *format);

/* Of the text reporter: colour, all that is known of each finding, and the width of a line. Until
   called: none, not, 100. */
void report_configure(bool color, bool verbose, size_t width);

/* The reporters' names separated by '|', for the option table's test. */
const char *report_formats(void);

#endif
