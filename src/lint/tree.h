/* Reading trees of statements. */
#ifndef DBMIG_LINT_TREE_H
#define DBMIG_LINT_TREE_H

#include "run.h"

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

#endif
