/* The rules, and how they read trees. */
#ifndef DBMIG_LINT_RULES_H
#define DBMIG_LINT_RULES_H

#include "names.h"
#include "tree.h"

/* The functions of the rows of rules.def. */
#define RULE(id, code, name, severity, group, aliases, judges, ...) judges
#define BY(name, ...) void lint_rules_##name(const LintStatement *s);
#define BY_CATALOGS
#define BY_PLAN
#define BY_COMMENTS
#include "rules.def"
#undef RULE
#undef BY
#undef BY_CATALOGS
#undef BY_PLAN
#undef BY_COMMENTS

/* ---- rules_run.c ---- */

/* See rules.def for these moments. */
typedef enum LintWhen {
    LINT_WHEN_TREE, /* ON() and EACH_TREE */
    LINT_WHEN_FIRST,
    LINT_WHEN_FOLLOWING,
    LINT_WHEN_SEEN,
    LINT_WHEN_AFTER,
} LintWhen;

void lint_rules_run(const LintStatement *s, LintWhen when);
/* Those on parsed statements, and on the ones inside a DO block. */
void lint_rules_run_tree(const LintStatement *s);

/* ---- what rules ask one another ---- */

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
void lint_rules_drop_column(const LintStatement *s, const LintTarget *table, const char *column,
                            size_t at);
void lint_rules_drop_attribute(const LintStatement *s, const PgQuery__RangeVar *type,
                               const char *attribute, size_t at);
void lint_rules_types(const LintStatement *s, const PgQuery__ColumnDef *column, bool key, size_t at);
/* True when the statement has the words, one behind the other; second NULL: the first alone. */
bool lint_has_words(const LintStatement *s, const char *first, const char *second);
/* Of constraints whose index cannot be built before them. */
void lint_no_concurrent_way(const LintStatement *s, Finding *finding, const char *table);
/* False when the replay tells that no object of that bare name was dropped. */
bool lint_went(const LintStatement *s, const char *name);
void lint_control_follow(LintRun *run, const SqlItem *item); /* BEGIN, COMMIT … */
void lint_settings_follow(const LintStatement *s);  /* follows SET lock_timeout */
void lint_body_read(const LintStatement *s);      /* DO blocks */
/* What the tree does not explain; the findings behind the first `before` are about this statement. */
void lint_tell_unexplained(const LintStatement *s, size_t before);
/* The lock that the statement takes by its kind, for static runs; *ret_target is what on. */
LockMode lint_lock_by_tree(const LintStatement *s, LintTarget *ret_target);

#endif
