/* What the files of the linter share. The interface is include/dbmig/lint/lint.h. */
#ifndef DBMIG_LINT_PRIVATE_H
#define DBMIG_LINT_PRIVATE_H

#include "dbmig/base/map.h"
#include "dbmig/lint/lint.h"
#include "dbmig/text/sqlparse_tree.h"

/* ---- what a replay shows (evidence.c) ---- */

/* Table-level lock modes, as strong as their number. */
typedef enum LockMode {
    LOCK_NONE,
    LOCK_ACCESS_SHARE,
    LOCK_ROW_SHARE,
    LOCK_ROW_EXCLUSIVE,
    LOCK_SHARE_UPDATE_EXCLUSIVE,
    LOCK_SHARE,
    LOCK_SHARE_ROW_EXCLUSIVE,
    LOCK_EXCLUSIVE,
    LOCK_ACCESS_EXCLUSIVE,
} LockMode;

LockMode lint_lock_mode(const char *pg_name); /* "AccessShareLock" */
const char *lint_lock_name(LockMode mode);    /* "ACCESS SHARE" */
bool lint_lock_blocks_reads(LockMode mode);
bool lint_lock_blocks_writes(LockMode mode);

/* A relation that existed before the file (or the run) began. */
typedef struct LintRelation {
    const char *oid;
    const char *schema, *name;
    char kind; /* pg_class.relkind */
    bool partition;
    bool gone; /* dropped by the file */
    const char *parent; /* oid of the partitioned table or of an index's table; NULL none */
} LintRelation;

typedef struct LintHeld {
    const LintRelation *relation;
    LockMode mode;
    bool fresh; /* this statement took it, or made it stronger */
} LintHeld;

typedef struct LintRewrite {
    const char *oid;
    int reason; /* 1 persistence, 2 default, 4 type, 8 access method */
} LintRewrite;

typedef struct LintDropped {
    const char *type, *identity;
    bool original; /* named by the statement; else CASCADE, or dependency, reached it */
    bool normal;
} LintDropped;

typedef struct LintCommand {
    const char *tag, *type, *identity;
} LintCommand;

typedef struct Evidence {
    VEC(LintHeld) locks; /* on relations that existed, at the end of the statement */
    StringList rewritten, verified, validated, proven, built_on, built; /* names in DEBUG1 notices */
    StringList truncated_names;  /* identifiers that the server cut */
    VEC(LintRewrite) rewrites;   /* by event trigger */
    VEC(LintCommand) commands;
    VEC(LintDropped) dropped;
    VEC(const LintRelation *) moved; /* whose files changed without a rewrite: TRUNCATE, CLUSTER … */
    const char *zone; /* NULL, or the TimeZone that alone made some of the rewrites */
    bool locks_seen;
    bool drops_seen; /* what dropped does not list was not dropped */
    bool quiet; /* commands were not asked for: the tree says them */
    bool deaf;  /* client_min_messages kept the server's DEBUG1 notices back, in part at least */
    bool absent; /* IF EXISTS found nothing */
    bool failed;
    const char *sqlstate, *failure;
} Evidence;

bool lint_evidence_has(const StringList *names, const char *name);

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
    const char *full;
    const char *message; /* of the finding */
} LintLost;

typedef struct LintRun LintRun;

/* The file being judged: reset when it begins again. */
typedef struct LintFile {
    const Migration *migration;
    bool transactional;
    bool planned;      /* false: the plan was refused, the tree alone is looked at */
    FindingList findings;
    FindingList silenced; /* code and message of what the statement's DO block does, off or ignored */
    VEC(LintIgnore) ignores;
    VEC(LintAdded) not_valid;
    VEC(LintAdded) unknown_proofs; /* validated here; the text does not say what they are */
    VEC(LintMade) made;
    VEC(LintLost) lost;
    StringList enum_values; /* added in this file, as they stand */
    StringList proven_tables; /* where this file did SET NOT NULL */
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
    StringList exclusive_tables;
    StringList scanned_tables;
    StringList referenced_tables; /* told to be closed by a dropped foreign key of … */
    size_t referenced_by;         /* … this statement */
    StringList rewritten_tables; /* told to be rewritten while another is locked */
    size_t exclusive_statements; /* that took ACCESS EXCLUSIVE on something old */
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
    const char *why;
} LintParsed;

struct LintRun {
    Arena *arena;
    LintParsed parsed;
    const MigrationFolder *folder;
    const LintOptions *options;
    const LintPolicy *policy;
    LintResult *result;
    LintFile file;
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
/* All rules on one parsed statement; also for those inside DO. */
void lint_apply_rules(const LintStatement *s);

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
/* Text for one line: white space folded, cut. */
char *lint_short(Arena *arena, const char *text, size_t len, size_t most);

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

/* ---- lint_names.c: relations, old and new ---- */

/* Which relation a statement means. */
typedef struct LintTarget {
    const char *shown; /* as SQL writes it: orders, app.orders */
    const char *name;  /* the bare name */
    const char *full;  /* "public.orders", for statistics */
    bool existing;     /* it was there before the file began */
    const LintRelation *relation; /* NULL when the replay does not know it */
} LintTarget;

LintTarget lint_target(const LintStatement *s, const PgQuery__RangeVar *range);
/* Another name in the same schema, as SQL writes it: app.orders_new. */
char *lint_beside(const LintStatement *s, const LintTarget *target, const char *ending);
LintTarget lint_target_named(const LintStatement *s, const char *schema, const char *name);
/* Under which a dropped type, and a dropped function or extension, is remembered. */
char *lint_type_key(const LintStatement *s, const char *schema, const char *name);
char *lint_routine_key(const LintStatement *s, const char *schema, const char *name);
void lint_names_follow(const LintStatement *s); /* after the rules: what it created or renamed */
/* The finding is taken back when the file, in its transaction, makes that name again. */
void lint_lost(const LintStatement *s, const char *full, const Finding *finding);
/* Under which a column, a constraint … of a table is remembered. */
char *lint_part_key(const LintStatement *s, const char *kind, const LintTarget *table,
                    const char *name);
/* True when the file added it: a "COLUMN", a column that is "NOT NULL", a "CONSTRAINT". */
bool lint_part_is_new(const LintStatement *s, const char *kind, const LintTarget *table,
                      const char *name);
char *lint_quoted(Arena *arena, const char *name); /* quoted only where SQL needs it */
/* "schema.table" or "schema.function(arguments)" without quotes, as SQL writes it. */
char *lint_identity_shown(Arena *arena, const char *identity);
char *lint_relation_shown(Arena *arena, const LintRelation *relation);
/* The server quotes, where it must; the rules on the catalogs do not. */
char *lint_unquoted(Arena *arena, const char *identity);

/* The lock that is held on the target after the statement. */
LockMode lint_lock_on(const LintStatement *s, const LintTarget *target);
/* True when this statement took a lock on it that writes wait for, or made one stronger. */
bool lint_locks_anew(const LintStatement *s, const LintTarget *target);
/* True when it was locked ACCESS EXCLUSIVE while the statement ran. Of what a DO block closes, it is not
   known when. */
bool lint_is_closed(const LintStatement *s, const LintTarget *target);
/* What the replay showed for a table (and its partitions). Unknown: there was no replay, or its word
   does not count: a loop, a branch, a partitioned table that has no partitions there. */
typedef enum Seen { SEEN_NO, SEEN_YES, SEEN_UNKNOWN } Seen;
Seen lint_saw_rewrite(const LintStatement *s, const LintTarget *target, int *ret_reason);
Seen lint_saw_scan(const LintStatement *s, const LintTarget *target);
Seen lint_saw_build(const LintStatement *s, const LintTarget *target);
/* True when the replay's word counts for this statement. */
bool lint_proven(const LintStatement *s);
/* Says in which way it is certain: the text for messages, "rewrites" or "may rewrite". */
const char *lint_may(Seen seen, const char *certain, const char *guess);

/* ---- lint_past.c: columns, by the text before; where a replay may have passed by, by its catalogs ---- */

void lint_past_follow(const LintStatement *s); /* after the rules */
/* True when a statement before this one made or altered the table: it is not what the replay began with. */
bool lint_changed_here(const LintStatement *s, const LintTarget *table);
/* False when unknown. */
bool lint_past_knows(const LintStatement *s, const LintTarget *table, const char *column);
bool lint_past_not_null(const LintStatement *s, const LintTarget *table, const char *column);
/* True when ALTER COLUMN … TYPE leaves the rows as they are. */
bool lint_past_alike(const LintStatement *s, const LintTarget *table,
                     const PgQuery__AlterTableCmd *command);

/* True when it is known, and not NOT NULL. */
bool lint_past_nullable(const LintStatement *s, const LintTarget *table, const char *column);

/* ---- lint_past_key.c: indexes and foreign keys, by the text before ---- */

void lint_past_key_follow(const LintStatement *s); /* after the rules, before lint_names_follow() */
bool lint_past_partitioned(const LintStatement *s, const LintTarget *table);
/* True when a column of the index may be NULL, as far as text tells. */
bool lint_past_nullable_index(const LintStatement *s, const LintTarget *table, const char *index);
void lint_past_key_begin(LintRun *run); /* of a file */
/* The foreign keys of the file that no index covers; where the catalogs are not asked. */
void lint_past_key_end(LintRun *run);

/* ---- lint_tree.c: reading trees ---- */

const char *lint_string(const PgQuery__Node *node); /* of a String or a constant; else NULL */
char *lint_names_text(Arena *arena, PgQuery__Node *const *names, size_t count, const char *between);
char *lint_columns_text(Arena *arena, PgQuery__Node *const *keys, size_t count);
char *lint_type_text(Arena *arena, const PgQuery__TypeName *type);
const char *lint_type_name(const PgQuery__TypeName *type); /* last part: "int4", "varchar" */
typedef enum Volatility { DEFAULT_NONE, DEFAULT_STABLE, DEFAULT_UNKNOWN, DEFAULT_VOLATILE } Volatility;
Volatility lint_volatility(const PgQuery__Node *expr);
bool lint_calls(const PgQuery__Node *expr, const char *function);
/* True when there is a node of that kind somewhere in the expression. */
bool lint_has_node(const PgQuery__Node *expr, const ProtobufCMessageDescriptor *kind);
const PgQuery__Constraint *lint_column_constraint(const PgQuery__ColumnDef *column,
                                                  PgQuery__ConstrType type);
bool lint_is_serial(const char *type);
/* Where the n-th subcommand of an ALTER begins in the statement, in bytes. */
size_t lint_command_at(const LintStatement *s, size_t n, size_t *ret_end);
bool lint_option_on(PgQuery__Node *const *options, size_t count, const char *name);
size_t lint_at(const LintStatement *s, int location);
/* SQL on one line, its tokens as they stand, without comments; cut behind `most` bytes. */
char *lint_sql(Arena *arena, const char *text, size_t len, size_t most);
/* Where the part of a statement that begins there ends: before a comma, or what closes a list. */
size_t lint_part_end(const LintStatement *s, size_t from);
/* A column's constraint as it is written; what stands behind a word of it (NULL: all). */
char *lint_constraint_text(const LintStatement *s, const PgQuery__ColumnDef *column,
                           const PgQuery__Constraint *of, const char *behind);

/* ---- the rules, by topic ---- */

void lint_rules_alter_table(const LintStatement *s, const PgQuery__AlterTableStmt *alter);
void lint_rules_add_column(const LintStatement *s, const LintTarget *table,
                           const PgQuery__ColumnDef *def, size_t at);
void lint_rules_alter_type(const LintStatement *s, const LintTarget *table,
                           const PgQuery__AlterTableCmd *command, size_t at);
void lint_rules_add_constraint(const LintStatement *s, const LintTarget *table,
                               const PgQuery__Constraint *constraint, size_t at);
void lint_rules_validate(const LintStatement *s, const LintTarget *table, const char *constraint,
                         size_t at);
/* By text alone: a constraint that the file has validated, and that no text made, may prove it. */
bool lint_may_be_proven(const LintStatement *s, const LintTarget *table, const char *column);
/* What a dropped CHECK (c IS NOT NULL) proved is no longer so. */
void lint_forget_proof(const LintStatement *s, const LintTarget *table, const char *constraint);
/* what: as messages call what is dropped: "foreign key f of t" */
void lint_rules_drop_constraint(const LintStatement *s, const LintTarget *table, const char *what,
                                size_t at);
void lint_rules_partition(const LintStatement *s, const LintTarget *table,
                          const PgQuery__AlterTableCmd *command, size_t at);
void lint_rules_set_not_null(const LintStatement *s, const LintTarget *table, const char *column,
                             size_t at);
void lint_rules_create_table(const LintStatement *s, const PgQuery__CreateStmt *create);
void lint_rules_create_index(const LintStatement *s, const PgQuery__IndexStmt *index);
void lint_rules_reindex(const LintStatement *s, const PgQuery__ReindexStmt *reindex);
void lint_rules_drop(const LintStatement *s, const PgQuery__DropStmt *drop);
void lint_rules_drop_column(const LintStatement *s, const LintTarget *table, const char *column,
                            size_t at);
void lint_rules_drop_attribute(const LintStatement *s, const PgQuery__RangeVar *type,
                               const char *attribute, size_t at);
void lint_rules_cascade(const LintStatement *s);
void lint_rules_rename(const LintStatement *s, const PgQuery__RenameStmt *rename);
void lint_rules_set_schema(const LintStatement *s, const PgQuery__AlterObjectSchemaStmt *alter);
void lint_rules_domain(const LintStatement *s, const PgQuery__AlterDomainStmt *alter);
void lint_rules_enum(const LintStatement *s, const PgQuery__AlterEnumStmt *alter);
void lint_rules_vacuum(const LintStatement *s, const PgQuery__VacuumStmt *vacuum);
void lint_rules_cluster(const LintStatement *s, const PgQuery__ClusterStmt *cluster);
void lint_rules_refresh(const LintStatement *s, const PgQuery__RefreshMatViewStmt *refresh);
void lint_rules_truncate(const LintStatement *s, const PgQuery__TruncateStmt *truncate);
void lint_rules_data(const LintStatement *s);
void lint_rules_trigger(const LintStatement *s);
void lint_rules_types(const LintStatement *s, const PgQuery__ColumnDef *column, bool key, size_t at);
void lint_rules_style(const LintStatement *s);
void lint_rules_robust(const LintStatement *s);
void lint_rules_transaction(const LintStatement *s); /* CONCURRENTLY and its like inside one */
void lint_rules_control(LintRun *run, const SqlItem *item); /* BEGIN, COMMIT … */
void lint_rules_timeouts(const LintStatement *s);  /* lock_timeout, work under locks, several locks */
void lint_rules_settings(const LintStatement *s);  /* follows SET lock_timeout */
void lint_rules_body(const LintStatement *s);      /* DO blocks */
/* What the tree does not explain; the findings behind the first `before` are about this statement. */
void lint_rules_evidence(const LintStatement *s, size_t before);
/* The lock that the statement takes by its kind, for static runs; *ret_target is what on. */
LockMode lint_lock_by_tree(const LintStatement *s, LintTarget *ret_target);

/* ---- observe.c: the replay ---- */

/* Replays the first `prefix` files, and is then ready for those behind them. */
bool lint_observe_begin(LintRun *run, size_t prefix, Error *err);
/* Runs the next files, observed where they are to be judged. When one fails (*ret_failed), the statement
   that did has been judged; what follows it has not. */
bool lint_observe_files(LintRun *run, size_t first, size_t until, size_t *ret_failed, Error *err);
void lint_observe_end(LintRun *run);
/* The relation of that name that existed before; schema NULL: any. */
const LintRelation *lint_observed(const LintRun *run, const char *schema, const char *name);
/* True when a foreign key between the two was there before, whichever has it; or that is not known. */
bool lint_observed_reference(const LintRun *run, const LintRelation *one, const LintRelation *other);
const LintRelation *lint_observed_oid(const LintRun *run, const char *oid);
/* A column as it was when the file began; false when that cannot be told. */
bool lint_observed_column(const LintRun *run, const LintRelation *relation, const char *column,
                          const char **ret_type, bool *ret_not_null);

/* ---- lint_stats.c ---- */
void lint_stats_apply(LintRun *run);

#endif
