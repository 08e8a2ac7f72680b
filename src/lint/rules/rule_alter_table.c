/* ALTER TABLE: which of its parts each rule looks at. */
#include <string.h>

#include "dbmig/base/text.h"

#include "../rules.h"

static void drop_not_null(const LintStatement *s, const LintTarget *table, const char *column,
                          size_t at)
{
    if (!table->existing || lint_part_is_new(s, "COLUMN", table, column))
        return;
    Finding *finding = lint_add(s, LINT_DROP_NOT_NULL, at,
                                "%s of %s may be NULL from here on", lint_quoted(s->run->arena, column),
                                table->shown);
    lint_fixf(s, finding, "Release what reads %s.%s ready for NULL first.", table->shown,
              lint_quoted(s->run->arena, column));
}

/* DROP DEFAULT, IDENTITY, EXPRESSION: the running release may leave the column out of its INSERTs. */
static void drop_value(const LintStatement *s, const LintTarget *table, const char *column,
                       const char *what, size_t at)
{
    Arena *arena = s->run->arena;
    bool made_here = lint_part_is_new(s, "COLUMN", table, column);
    bool filled = lint_part_is_new(s, "NOT NULL", table, column);
    if (!table->existing || (made_here && !filled))
        return;
    const char *plain = lint_quoted(arena, column);
    Finding *finding = lint_add(s, LINT_DROP_NOT_NULL, at,
                                made_here ? "%s of %s is NOT NULL and has no %s from here on: INSERTs of the "
                                            "release that still runs fail"
                                          : "%s of %s has no %s from here on: INSERTs that leave it out get "
                                            "NULL, or fail",
                                plain, table->shown, what);
    lint_fixf(s, finding, "First a release that always gives %s.%s a value; this in the one after it.",
              table->shown, plain);
    /* That is certain; what leaves other columns out is not. */
    if (made_here && s->run->policy->severity[LINT_DROP_NOT_NULL] == lint_rule(LINT_DROP_NOT_NULL)->severity)
        finding->severity = SEVERITY_WARNING;
    lint_lost(s, lint_part_key(s, "default", table, column), finding);
}

/* DROP CONSTRAINT, where nothing takes its place and SET NOT NULL has not made it needless. */
static void drop_guarantee(const LintStatement *s, const LintTarget *table, const char *constraint,
                           size_t at)
{
    if (!table->existing || map_has(s->file->proven_tables, table->full) ||
        lint_part_is_new(s, "CONSTRAINT", table, constraint))
        return;
    const char *plain = lint_quoted(s->run->arena, constraint);
    Finding *finding = lint_add(s, LINT_DROP_NOT_NULL, at,
                                "rows of %s may break constraint %s from here on", table->shown, plain);
    lint_fixf(s, finding, "Release what relies on %s first.", plain);
    lint_lost(s, lint_part_key(s, "constraint", table, ""), finding);
}

/* "c on public.t", as the server names a constraint that was dropped. */
static bool went_from(const LintStatement *s, const char *constraint)
{
    size_t len = strlen(constraint);
    for (size_t i = 0; i < s->evidence->dropped.count; i++) {
        const char *identity = lint_unquoted(s->scratch, s->evidence->dropped.items[i].identity);
        if (strncmp(identity, constraint, len) == 0 && text_starts(identity + len, " on "))
            return true;
    }
    return false;
}

static void drop_constraint(const LintStatement *s, const LintTarget *table, const char *constraint,
                            bool missing_ok, size_t at)
{
    if (missing_ok && !lint_went(s, arena_printf(s->scratch, "%s on %s", constraint, table->full)) &&
        !lint_went(s, constraint) && !went_from(s, constraint))
        return;
    size_t before = s->file->findings.count;
    lint_rules_drop_constraint(s, table,
                               arena_printf(s->run->arena, "foreign key %s of %s",
                                            lint_quoted(s->run->arena, constraint), table->shown),
                               at);
    if (s->file->findings.count == before)
        drop_guarantee(s, table, constraint, at);
}

/* SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD: the table is copied. */
static void move_table(const LintStatement *s, const LintTarget *table, const char *what, size_t at)
{
    if (!table->existing)
        return;
    bool moved = false;
    int reason;
    Seen rewrite = lint_saw_rewrite(s, table, &reason);
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->moved.count; i++)
        moved |= s->evidence->moved.items[i] == table->relation;
    if (rewrite == SEEN_NO && !moved)
        return;
    Finding *finding = lint_add(s, LINT_SET_STORAGE_PLACE, at,
                                "%s rewrites %s under ACCESS EXCLUSIVE", what, table->shown);
    lint_fixf(s, finding, "CREATE TABLE %s (LIKE %s INCLUDING ALL) in its new place, move the rows in "
              "batches, and swap the names; or pg_repack.", lint_beside(s, table, "_new"), table->shown);
    if (rewrite == SEEN_YES || moved)
        lint_provef(s, finding, "the replay gave %s new files", table->shown);
}

static void row_security(const LintStatement *s, const LintTarget *table, const char *what, size_t at)
{
    if (!table->existing)
        return;
    Finding *finding = lint_add(s, LINT_TRIGGER_LOCK, at, "%s locks %s until the transaction ends", what,
                                table->shown);
    lint_fixf(s, finding, "SET LOCAL lock_timeout = '3s' before it, and as little as possible behind it.");
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, table)), table->shown);
}

/* Key words of a part, for those that grammars name differently. */
static const char *place_words(PgQuery__AlterTableType type)
{
    switch (type) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
        return "SET LOGGED";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
        return "SET UNLOGGED";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
        return "SET TABLESPACE";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
        return "SET ACCESS METHOD";
    default:
        return NULL;
    }
}

static const char *security_words(PgQuery__AlterTableType type)
{
    switch (type) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
        return "ENABLE TRIGGER";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
        return "DISABLE TRIGGER";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRule:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysRule:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaRule:
        return "ENABLE RULE";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule:
        return "DISABLE RULE";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
        return "ENABLE ROW LEVEL SECURITY";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
        return "DISABLE ROW LEVEL SECURITY";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity:
        return "FORCE ROW LEVEL SECURITY";
    case PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity:
        return "NO FORCE ROW LEVEL SECURITY";
    default:
        return NULL;
    }
}

/* By text alone; a replay knows whether it is VIRTUAL. */
static void set_expression(const LintStatement *s, const LintTarget *table, const char *column, size_t at)
{
    if (!table->existing || column == NULL || column[0] == '\0')
        return;
    Finding *finding = lint_add(s, LINT_ADD_GENERATED_STORED, at,
                                "SET EXPRESSION of %s rewrites %s, unless the column is VIRTUAL",
                                lint_quoted(s->run->arena, column), table->shown);
    lint_fixf(s, finding, "Add a column of the new expression beside it, kept by a trigger and filled in "
              "batches, and drop %s a release later.", lint_quoted(s->run->arena, column));
}

static void rule_part(const LintStatement *s, const LintTarget *table,
                      const PgQuery__AlterTableCmd *command, size_t at)
{
    switch (command->subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
        if (command->def != NULL && command->def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) {
            lint_rules_add_column(s, table, command->def->column_def, at);
            lint_rules_types(s, command->def->column_def, false, at);
        }
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
        lint_rules_alter_type(s, table, command, at);
        if (command->def != NULL && command->def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            lint_rules_types(s, command->def->column_def, false, at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
        lint_rules_set_not_null(s, table, command->name, at);
        map_set(s->file->proven_tables, table->full, s->file);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
        drop_not_null(s, table, command->name, at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
        if (command->def != NULL && command->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            lint_rules_add_constraint(s, table, command->def->constraint, at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
        lint_rules_validate(s, table, command->name, at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
        drop_constraint(s, table, command->name, command->missing_ok, at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
        if (command->def == NULL)
            drop_value(s, table, command->name, "default", at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity:
        drop_value(s, table, command->name, "identity", at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression:
        drop_value(s, table, command->name, "generation expression", at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
        lint_rules_drop_column(s, table, command->name, at);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
        lint_rules_partition(s, table, command, at);
        break;
    default:
        if (s->evidence == NULL && lint_has_words(s, "SET", "EXPRESSION"))
            set_expression(s, table, command->name, at);
        if (place_words(command->subtype) != NULL)
            move_table(s, table, place_words(command->subtype), at);
        else if (security_words(command->subtype) != NULL)
            row_security(s, table, security_words(command->subtype), at);
        break;
    }
}

/* By text alone. Without CASCADE the server refuses it where there is a table of that type. */
static void alter_attribute(const LintStatement *s, const PgQuery__RangeVar *type,
                            const PgQuery__AlterTableCmd *command, size_t at)
{
    if (s->evidence != NULL || command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType ||
        command->behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE || command->def == NULL ||
        command->def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF ||
        map_has(s->run->created, arena_printf(s->run->arena, "TYPE %s", type->relname)))
        return;
    const char *attribute = lint_quoted(s->run->arena, command->name);
    LintTarget target = lint_target(s, type);
    Finding *finding = lint_add(s, LINT_TYPE_REWRITE, at,
                                "changing the type of %s to %s rewrites the tables OF %s, unless the old "
                                "type is stored alike", attribute,
                                lint_type_text(s->run->arena, command->def->column_def->type_name),
                                target.shown);
    lint_fixf(s, finding, "ALTER TYPE %s ADD ATTRIBUTE %s …; keep both filled, and drop %s a release "
              "later.", target.shown,
              lint_quoted(s->run->arena, arena_printf(s->run->arena, "%s_new", command->name)), attribute);
}

/* What is said of the first part stands where the statement does; ignores of other parts are not for it. */
static void rule_nth_part(const LintStatement *s, const LintTarget *table,
                          const PgQuery__AlterTableCmd *command, size_t n)
{
    LintStatement part = *s;
    size_t end, at = lint_command_at(s, n, &end);
    if (at == 0 && end < s->len)
        part.part_at = end - 1 + s->shift;
    rule_part(&part, table, command, at);
}

void lint_rules_alter_table(const LintStatement *s)
{
    const PgQuery__AlterTableStmt *alter = s->node->alter_table_stmt;
    if (alter->relation == NULL || alter->relation->relname == NULL)
        return;
    LintTarget table = lint_target(s, alter->relation);
    /* A foreign table has no rows here: nothing is scanned or rewritten. */
    bool foreign = alter->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE;
    bool is_table = alter->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || foreign ||
                    alter->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
    /* The server drops constraints before it looks for a proof. */
    for (size_t i = 0; is_table && i < alter->n_cmds; i++)
        if (alter->cmds[i]->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD &&
            alter->cmds[i]->alter_table_cmd->subtype ==
                PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint)
            lint_forget_proof(s, &table, alter->cmds[i]->alter_table_cmd->name);
    for (size_t i = 0; is_table && i < alter->n_cmds; i++) {
        const PgQuery__Node *node = alter->cmds[i];
        if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD &&
            (!foreign ||
             node->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn))
            rule_nth_part(s, &table, node->alter_table_cmd, i);
    }
    bool composite = alter->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE;
    for (size_t i = 0; composite && i < alter->n_cmds; i++) {
        if (alter->cmds[i]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
            continue;
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;
        size_t at = lint_command_at(s, i, NULL);
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn)
            lint_rules_drop_attribute(s, alter->relation, command->name, at);
        alter_attribute(s, alter->relation, command, at);
    }
}
