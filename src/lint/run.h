/* The run, the file and the statement at hand, and the findings they get. The interface of the linter is
   dbmig/lint/lint.h. */
#ifndef DBMIG_LINT_RUN_H
#define DBMIG_LINT_RUN_H

#include "dbmig/base/map.h"
#include "dbmig/lint/lint.h"
#include "dbmig/text/sqlparse_tree.h"
#include "evidence.h"

/* ---- one file, one statement ---- */

typedef struct LintPart { /* bytes of a statement; to 0: all of it */
    size_t from, to;
} LintPart;

typedef struct LintIgnore {
    const char *file; /* where the comment is */
    size_t line;
    const char *words; /* rule names, blank or comma between; "" all */
    bool whole_file;
    size_t statement; /* number of the statement it is about */
    LintPart part;
    bool used;
} LintIgnore;

typedef struct LintAdded { /* a constraint added NOT VALID in this transaction */
    const char *table, *constraint;
    size_t line;
} LintAdded;

typedef struct LintMade { /* what a statement made or changed, as the server names it */
    const char *identity;
    const char *bare; /* not NULL: the statement names it so, without a schema */
    size_t statement, line, column;
    const char *excerpt;
    const char *text; /* NULL: the file as a whole */
    size_t len;
    bool references; /* its text may make a foreign key */
    bool indexes;    /* … an index */
} LintMade;

typedef struct LintLost { /* a name that a DROP or RENAME took: no loss when the file makes it again */
    size_t finding; /* the number of that which says so */
    struct LintLost *next;
} LintLost;

typedef struct LintRun LintRun;

/* The file being judged: reset when it begins again. */
typedef struct LintFile {
    const Migration *migration;
    bool transactional;
    bool planned;      /* false: the plan was refused, the tree alone is looked at */
    FindingList findings;
    FindingList silenced; /* code and message of what the statement's DO block does, off or ignored */
    VEC(LintIgnore) ignores;       /* of statements, in their order */
    VEC(LintIgnore) whole_ignores; /* of the file */
    size_t first_finding;          /* of the statement at hand */
    VEC(LintAdded) not_valid;
    VEC(LintAdded) unknown_proofs; /* validated here; the text does not say what they are */
    VEC(LintMade) made;
    Map *made_first;    /* identity → the number of the statement that made it first */
    Map *told;          /* place, code and message of the findings */
    Map *lost;          /* name → LintLost */
    StringList enum_values; /* added in this file, as they stand */
    Map *proven_tables; /* where this file did SET NOT NULL */
    bool drops_triggers;
    size_t statements;
    size_t last_line, last_column; /* where the last one begins */
    size_t effects; /* of these, those that do more than SET */
    int64_t lock_timeout_ms, statement_timeout_ms;
    bool own_lock_timeout; /* the file set it */
    bool in_utc;           /* it set its TimeZone to UTC */
    bool absent_told, timeout_told, statement_timeout_told, work_told, several_told;
    const char *exclusive; /* first existing object held ACCESS EXCLUSIVE, as shown */
    size_t exclusive_line;
    Map *exclusive_tables;
    size_t exclusive_renamed; /* of these, second names */
    Map *scanned_tables;
    Map *referenced_tables; /* told to be closed by a dropped foreign key of … */
    size_t referenced_by;         /* … this statement */
    Map *rewritten_tables; /* told to be rewritten while another is locked */
    size_t exclusive_statements; /* that took ACCESS EXCLUSIVE on something old */
    Map *ignored;                   /* findings that comments silenced */
    size_t silenced_behind;         /* … after they were made */
    size_t unparsed, first_unparsed; /* statements, and the line of the first */
    const char *unparsed_why;
    bool unparsed_replayed;
    bool in_own_transaction; /* behind a BEGIN of a file whose plan was refused */
} LintFile;

/* The statement being judged. */
typedef struct LintStatement {
    LintRun *run;
    LintFile *file;
    const SqlItem *item;
    const PgQuery__Node *node; /* NULL: the parser cannot read it */
    const Evidence *evidence;  /* NULL: static */
    size_t number;             /* in the file, from 1 */
    const char *text;          /* the item's, or that of a statement inside it */
    size_t len;
    size_t shift;              /* byte offset of the text in the item */
    bool inner;                /* from the body of a DO block */
    bool dynamic;              /* put together by EXECUTE: places in the text mean nothing */
    size_t part_at;            /* not 0: a place within the part that findings at byte 0 are about */
    bool maybe;                /* in a loop or a branch: the replay may not have run it */
    Arena *scratch;
} LintStatement;

typedef struct LintParsed { /* lint_parse.c's */
    Arena *arena; /* NULL: nothing */
    const char *text;
    size_t len;
    const PgQuery__Node *node;
    const char *why;    /* there is no node */
    size_t failed_at;   /* byte of the text */
    bool spared;        /* it was not tried: the text may be right */
} LintParsed;

struct LintRun {
    Arena *arena;
    LintParsed parsed;
    const MigrationFolder *folder;
    const LintOptions *options;
    const LintPolicy *policy;
    LintResult *result;
    LintFile file;
    const Migration *failed; /* the file in which the server failed; NULL: it did not */
    size_t failed_line;
    Map *noted;        /* the result's notes */
    Map *created;      /* "schema.name" of relations made in this file (or run) */
    Map *new_domains;  /* domains with constraints made by the judged files, for static */
    Map *not_null;     /* "public.t.c" that a CHECK of the judged files proves, for static */
    struct PastShapes *shapes; /* what text said of indexes and keys (lint_past_key.c) */
    Map *past;         /* what text said of columns (lint_past.c), for static; NULL otherwise */
    Map *temporary;    /* names of the file's temporary tables, which hide others */
    const char *own_schema; /* where sessions make what has no schema; NULL unknown */
    const char *default_schema; /* the same at this statement */
    struct Observation *observation; /* NULL: static */
};

/* ---- lint_judge.c ---- */

/* Judges one statement: parses it, runs the rules, keeps what the next ones need. */
void lint_judge(LintRun *run, const SqlItem *item, const Evidence *evidence);
void lint_file_begin(LintRun *run, const Migration *migration, bool transactional, bool planned);
void lint_file_end(LintRun *run);

/* ---- lint_parse.c ---- */

/* The tree of a statement until the next is asked for; NULL when the parser cannot read it: *ret_why
   (NULL allowed) is in its words. */
const PgQuery__Node *lint_parse(LintRun *run, const SqlItem *item, const char **ret_why);
/* Before the text of another statement may lie in the same place, and at the end. */
void lint_parse_forget(LintRun *run);

/* ---- lint_report.c: findings ---- */

/*
 * Adds a finding at byte `at` of the statement unless the rule is off. The result (never NULL) can be
 * given fix and evidence.
 */
Finding *lint_add(const LintStatement *s, LintRuleId rule, size_t at, const char *format, ...)
    DBMIG_PRINTF(4, 5);
void lint_fixf(const LintStatement *s, Finding *finding, const char *format, ...) DBMIG_PRINTF(3, 4);
void lint_provef(const LintStatement *s, Finding *finding, const char *format, ...)
    DBMIG_PRINTF(3, 4);
/* At most that severe; what was set lower stays. */
void lint_soften(Finding *finding, Severity most);
/* A finding about an object, placed where it was made (NULL: the file as a whole). */
Finding *lint_add_at(LintRun *run, LintRuleId rule, const LintMade *where, const char *format, ...)
    DBMIG_PRINTF(4, 5);
bool lint_on(const LintRun *run, LintRuleId rule);
void lint_note(LintRun *run, const char *format, ...) DBMIG_PRINTF(2, 3);
/* What a reporter cuts to the width it has. */
enum { LINT_EXCERPT_BEFORE = 80, LINT_EXCERPT_BEHIND = 160 };
/* Text for one line: white space folded, cut. */
char *lint_short(Arena *arena, const char *text, size_t len, size_t most);

/* ---- lint_fix_text.c ---- */

/* SQL a line a statement, prose as comments; text without SQL as it is. */
char *lint_fix_layout(Arena *arena, const char *text);

/* ---- lint_ignore.c ---- */

/* Reads the ignore comments of the statement, before it is judged. */
void lint_ignore_read(LintRun *run, const SqlItem *item);
/* True when a comment silences that rule for that byte (0: all) of that statement (0: the file's). */
bool lint_ignored(LintRun *run, LintRuleId rule, size_t statement, size_t at);
/* The comment behind the last statement: what the end of the file has for a lead; or found by reading it. */
void lint_ignore_end_lead(LintRun *run, const SqlItem *item);
void lint_ignore_tail(LintRun *run, const FilePlan *plan);
/* Notes those that nothing was silenced by. */
void lint_ignore_end(LintRun *run);

/* ---- lint_stats.c ---- */
void lint_stats_apply(LintRun *run);

#endif
