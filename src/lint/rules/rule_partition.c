/* Partitions: attached, detached, created in place. */
#include <string.h>

#include "../rules.h"

static void detach(const LintStatement *s, const LintTarget *table, const LintTarget *partition,
                   bool concurrent, size_t at)
{
    if (concurrent || !partition->existing)
        return;
    Finding *finding = lint_add(s, LINT_DETACH_PARTITION, at,
                                "DETACH PARTITION %s locks %s and the partition ACCESS EXCLUSIVE",
                                partition->shown, table->shown);
    lint_fixf(s, finding,
              "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY; in a file of its own (PostgreSQL 14 and "
              "later; not where there is a default partition).",
              table->shown, partition->shown);
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, table)), table->shown);
}

/* The default partition that was scanned as well; NULL when none was. */
static const LintRelation *scanned_default(const LintStatement *s, const LintTarget *table,
                                           const LintTarget *partition)
{
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        if (held->relation != partition->relation && held->mode == LOCK_ACCESS_EXCLUSIVE &&
            held->relation->partition && table->relation != NULL &&
            held->relation->parent != NULL &&
            strcmp(held->relation->parent, table->relation->oid) == 0)
            return held->relation;
    }
    return NULL;
}

static void attach(const LintStatement *s, const LintTarget *table, const LintTarget *partition,
                   size_t at)
{
    const LintRelation *other = scanned_default(s, table, partition);
    Seen scan = partition->existing ? lint_saw_scan(s, partition) : SEEN_NO;
    if (other != NULL &&
        lint_evidence_has(&s->evidence->verified, other->name)) {
        Finding *finding = lint_add(s, LINT_ATTACH_PARTITION, at,
                                    "ATTACH PARTITION %s scans the default partition %s.%s under ACCESS "
                                    "EXCLUSIVE",
                                    partition->shown, other->schema, other->name);
        lint_fixf(s, finding,
                  "ALTER TABLE %s.%s ADD CHECK (NOT (<bounds of %s>)) NOT VALID; VALIDATE it in a later "
                  "file; then attach.",
                  other->schema, other->name, partition->shown);
        lint_provef(s, finding, "the replay scanned %s.%s", other->schema, other->name);
    }
    if (scan == SEEN_NO)
        return;
    Finding *finding = lint_add(s, LINT_ATTACH_PARTITION, at,
                                "ATTACH PARTITION %s to %s scans it under ACCESS EXCLUSIVE",
                                partition->shown, table->shown);
    const char *bounds =
        lint_quoted(s->run->arena, arena_printf(s->run->arena, "%s_bounds", partition->name));
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD CONSTRAINT %s CHECK (<the partition's bounds>) NOT VALID; in a "
              "later file VALIDATE CONSTRAINT %s; then attach.",
              partition->shown, bounds, bounds);
    if (scan == SEEN_YES)
        lint_provef(s, finding, "the replay scanned %s", partition->shown);
}

void lint_rules_partition(const LintStatement *s, const LintTarget *table,
                          const PgQuery__AlterTableCmd *command, size_t at)
{
    if (!table->existing || command->def == NULL ||
        command->def->node_case != PG_QUERY__NODE__NODE_PARTITION_CMD ||
        command->def->partition_cmd->name == NULL)
        return;
    const PgQuery__PartitionCmd *part = command->def->partition_cmd;
    LintTarget partition = lint_target(s, part->name);
    if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition)
        detach(s, table, &partition, part->concurrent, at);
    else
        attach(s, table, &partition, at);
}

static void partition_of(const LintStatement *s, const PgQuery__CreateStmt *create)
{
    const PgQuery__Node *node = create->inh_relations[0];
    if (node->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
        return;
    LintTarget parent = lint_target(s, node->range_var);
    if (!parent.existing)
        return;
    LintTarget made = lint_target(s, create->relation);
    Finding *finding = lint_add(s, LINT_PARTITION_OF, 0,
                                "creating %s as PARTITION OF %s locks %s ACCESS EXCLUSIVE", made.shown,
                                parent.shown, parent.shown);
    lint_fixf(s, finding,
              "CREATE TABLE %s (LIKE %s INCLUDING ALL); ALTER TABLE %s ATTACH PARTITION %s FOR VALUES …: "
              "that takes SHARE UPDATE EXCLUSIVE on %s.",
              made.shown, parent.shown, parent.shown, made.shown, parent.shown);
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, &parent)), parent.shown);
}

static void foreign_key(const LintStatement *s, const PgQuery__CreateStmt *create,
                        const PgQuery__Constraint *constraint)
{
    if (constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN || constraint->pktable == NULL ||
        strcmp(constraint->pktable->relname, create->relation->relname) == 0)
        return;
    LintTarget parent = lint_target(s, constraint->pktable);
    LintTarget made = lint_target(s, create->relation);
    if (!parent.existing || (lint_proven(s) && !lint_locks_anew(s, &parent)))
        return;
    Finding *finding = lint_add(s, LINT_CREATE_TABLE_REFERENCES, lint_at(s, constraint->location),
                                "the foreign key of %s blocks writes to %s until the transaction ends",
                                made.shown, parent.shown);
    lint_fixf(s, finding, "Nothing is scanned: keep the transaction short, and lock_timeout small "
                          "(SET LOCAL lock_timeout = '3s').");
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, &parent)), parent.shown);
}

void lint_rules_create_table(const LintStatement *s)
{
    const PgQuery__CreateStmt *create = s->node->create_stmt;
    if (create->relation == NULL)
        return;
    if (create->partbound != NULL && create->n_inh_relations > 0)
        partition_of(s, create);
    for (size_t i = 0; i < create->n_table_elts; i++) {
        const PgQuery__Node *node = create->table_elts[i];
        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
            foreign_key(s, create, node->constraint);
        if (node->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
            continue;
        const PgQuery__ColumnDef *column = node->column_def;
        bool key = lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) != NULL;
        lint_rules_types(s, column, key, lint_at(s, column->location));
        for (size_t k = 0; k < column->n_constraints; k++)
            if (column->constraints[k]->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
                foreign_key(s, create, column->constraints[k]->constraint);
    }
}
