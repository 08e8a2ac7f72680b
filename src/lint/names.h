/* Relations and their parts, old and new, as statements, text before and the replay know them. */
#ifndef DBMIG_LINT_NAMES_H
#define DBMIG_LINT_NAMES_H

#include "run.h"

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
/* "table_column_ending" as the server would call it: cut to 63 bytes, the longer of the two first. */
char *lint_object_name(Arena *arena, const char *table, const char *column, const char *ending);
/* Of the replay; 0: there is none. */
int lint_server_major(const LintStatement *s);
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

#endif
