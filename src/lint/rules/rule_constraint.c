/* Constraints of tables and domains: added, validated, dropped. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

/* The constraint's name, or the one that the server will give it. */
static const char *constraint_name(const LintStatement *s, const LintTarget *table,
                                   const PgQuery__Constraint *constraint, const char *ending)
{
    Arena *arena = s->run->arena;
    if (constraint->conname != NULL && constraint->conname[0] != '\0')
        return lint_quoted(arena, constraint->conname);
    bool foreign = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
    char *columns = foreign ? lint_names_text(arena, constraint->fk_attrs, constraint->n_fk_attrs, "_")
                            : lint_names_text(arena, constraint->keys, constraint->n_keys, "_");
    return lint_quoted(arena, columns[0] == '\0'
                                  ? lint_object_name(arena, table->name, "", ending)
                                  : lint_object_name(arena, table->name, columns, ending));
}

static void remember_not_valid(const LintStatement *s, const LintTarget *table,
                               const PgQuery__Constraint *constraint, const char *ending)
{
    LintAdded added = {table->full, constraint_name(s, table, constraint, ending), s->item->line};
    VEC_PUSH(s->run->arena, s->run->file.not_valid, added);
}

/* True when the same ALTER TABLE drops a constraint of that name. */
static bool drops(const LintStatement *s, const char *name)
{
    const PgQuery__AlterTableStmt *alter = s->node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT
                                               ? s->node->alter_table_stmt
                                               : NULL;
    for (size_t i = 0; alter != NULL && i < alter->n_cmds; i++) {
        const PgQuery__Node *node = alter->cmds[i];
        if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD &&
            node->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint &&
            strcmp(lint_quoted(s->scratch, node->alter_table_cmd->name), name) == 0)
            return true;
    }
    return false;
}

/* "DROP CONSTRAINT c, " where the statement that is to be rewritten drops it too. */
static const char *drop_first(const LintStatement *s, const char *name)
{
    return drops(s, name) ? arena_printf(s->run->arena, "DROP CONSTRAINT %s%s, ",
                                         lint_has_words(s, "IF", "EXISTS") ? "IF EXISTS " : "", name)
                          : "";
}

/* The constraint as it stands, with ON DELETE, DEFERRABLE and all. */
static void fix_not_valid(const LintStatement *s, Finding *finding, const LintTarget *table,
                          const PgQuery__Constraint *constraint, const char *ending, size_t at)
{
    Arena *arena = s->run->arena;
    const char *name = constraint_name(s, table, constraint, ending);
    bool named = constraint->conname != NULL && constraint->conname[0] != '\0';
    const char *text = lint_sql(arena, s->text + at, lint_part_end(s, at) - at, 1000);
    if (!named)
        text = arena_printf(arena, "CONSTRAINT %s %s", name, text);
    /* Before 18 such a table takes no foreign key NOT VALID; one that its partitions have is not checked. */
    if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN && table->relation != NULL &&
        table->relation->kind == 'p') {
        lint_fixf(s, finding,
                  "On each partition: ALTER TABLE … ADD %s NOT VALID, and VALIDATE CONSTRAINT %s in a "
                  "later file; behind it this ALTER TABLE %s, which then looks nothing up.",
                  text, name, table->shown);
        return;
    }
    lint_fixf(s, finding,
              "ALTER TABLE %s %sADD %s NOT VALID; in a later file: ALTER TABLE %s VALIDATE CONSTRAINT "
              "%s.",
              table->shown, drop_first(s, name), text, table->shown, name);
}

/* c, where the constraint is CHECK (c IS NOT NULL). */
static const char *not_null_column(const PgQuery__Constraint *constraint)
{
    const PgQuery__Node *expr = constraint->raw_expr;
    if (expr == NULL || expr->node_case != PG_QUERY__NODE__NODE_NULL_TEST ||
        expr->null_test->nulltesttype != PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL ||
        expr->null_test->arg->node_case != PG_QUERY__NODE__NODE_COLUMN_REF ||
        expr->null_test->arg->column_ref->n_fields != 1)
        return NULL;
    return lint_string(expr->null_test->arg->column_ref->fields[0]);
}

/* CHECK (c IS NOT NULL) lets a later SET NOT NULL do without a scan, once it is validated. */
static void remember_proof(const LintStatement *s, const LintTarget *table,
                           const PgQuery__Constraint *constraint)
{
    const char *column = not_null_column(constraint);
    if (column == NULL)
        return;
    char *proven = arena_printf(s->run->arena, "%s.%s", table->full, column);
    /* Its own name leads to what it proves, until then and when it goes. */
    map_set(s->run->not_null,
            lint_part_key(s, "check", table, constraint_name(s, table, constraint, "check")), proven);
    if (!constraint->skip_validation)
        map_set(s->run->not_null, proven, proven);
}

void lint_forget_proof(const LintStatement *s, const LintTarget *table, const char *constraint)
{
    const char *name = lint_quoted(s->run->arena, constraint);
    char *proven = map_get(s->run->not_null, lint_part_key(s, "check", table, name));
    if (proven != NULL)
        map_set(s->run->not_null, proven, NULL);
}

static const PgQuery__ColumnDef *added_column(const LintStatement *s, const char *name)
{
    const PgQuery__AlterTableStmt *alter = s->node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT
                                               ? s->node->alter_table_stmt
                                               : NULL;
    for (size_t i = 0; alter != NULL && i < alter->n_cmds; i++) {
        const PgQuery__Node *node = alter->cmds[i];
        if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD && node->alter_table_cmd->def != NULL &&
            node->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn &&
            node->alter_table_cmd->def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF &&
            text_equal(node->alter_table_cmd->def->column_def->colname, name))
            return node->alter_table_cmd->def->column_def;
    }
    return NULL;
}

static bool fills_itself(const PgQuery__ColumnDef *column)
{
    return lint_is_serial(lint_type_name(column->type_name)) ||
           lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT) != NULL ||
           lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) != NULL ||
           lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED) != NULL;
}

/* CHECK (c IS NOT NULL) on a column that is new: no INSERT of the release that runs gives it a value. */
static void tell_unfilled(const LintStatement *s, const LintTarget *table,
                          const PgQuery__Constraint *constraint, size_t at)
{
    const char *name = not_null_column(constraint);
    if (name == NULL || !table->existing)
        return;
    const PgQuery__ColumnDef *here = added_column(s, name);
    if (here != NULL ? fills_itself(here)
                     : !lint_part_is_new(s, "COLUMN", table, name) ||
                           lint_part_is_new(s, "DEFAULT", table, name))
        return;
    const char *plain = lint_quoted(s->run->arena, name);
    Finding *finding =
        lint_add(s, LINT_ADD_COLUMN_NOT_NULL, at,
                 "CHECK (%s IS NOT NULL) on the new column of %s refuses INSERTs of the release "
                 "that still runs",
                 plain, table->shown);
    lint_fixf(s, finding, "Give %s a DEFAULT in this file; or add the CHECK once the release that fills it "
              "runs.", plain);
}

static void add_check(const LintStatement *s, const LintTarget *table,
                      const PgQuery__Constraint *constraint, size_t at)
{
    remember_proof(s, table, constraint);
    tell_unfilled(s, table, constraint, at);
    if (constraint->skip_validation) {
        remember_not_valid(s, table, constraint, "check");
        return;
    }
    Seen scan = lint_saw_scan(s, table);
    if (scan == SEEN_NO)
        return;
    Finding *finding = lint_add(s, LINT_ADD_CHECK, at, "adding CHECK %s scans %s under ACCESS EXCLUSIVE",
                                constraint_name(s, table, constraint, "check"), table->shown);
    fix_not_valid(s, finding, table, constraint, "check", at);
    if (scan == SEEN_YES)
        lint_provef(s, finding, "the replay scanned %s", table->shown);
}

/* What waits for the look-up: the statement may hold more than the foreign key needs. */
static const char *blocked(const LintStatement *s, const LintTarget *table, const LintTarget *parent)
{
    bool closed = lint_is_closed(s, table);
    bool parent_closed = lint_is_closed(s, parent);
    const char *own = closed ? "all use of it" : "writes to it";
    if (!parent->existing || strcmp(parent->full, table->full) == 0)
        return own;
    return arena_printf(s->run->arena, "%s and %s%s", own,
                        closed && parent_closed ? "of "
                        : parent_closed         ? "all use of "
                        : closed                ? "writes to "
                                                : "to ",
                        parent->shown);
}

static void add_foreign_key(const LintStatement *s, const LintTarget *table,
                            const PgQuery__Constraint *constraint, size_t at)
{
    LintTarget parent = lint_target(s, constraint->pktable);
    if (constraint->skip_validation) {
        remember_not_valid(s, table, constraint, "fkey");
        return;
    }
    /* The replay tells the constraint by its name. */
    if (lint_proven(s) && !s->evidence->deaf && s->evidence->validated.count == 0)
        return;
    Finding *finding = lint_add(s, LINT_ADD_FOREIGN_KEY, at,
                                "adding foreign key %s looks up every row of %s, and blocks %s",
                                constraint_name(s, table, constraint, "fkey"), table->shown,
                                blocked(s, table, &parent));
    fix_not_valid(s, finding, table, constraint, "fkey", at);
    if (lint_proven(s) && parent.existing)
        lint_provef(s, finding, "the replay validated it: %s on %s, %s on %s",
                    lint_lock_name(lint_lock_on(s, table)), table->shown,
                    lint_lock_name(lint_lock_on(s, &parent)), parent.shown);
    else if (lint_proven(s))
        lint_provef(s, finding, "the replay validated it: %s on %s",
                    lint_lock_name(lint_lock_on(s, table)), table->shown);
}

/* What NOT NULL takes that PRIMARY KEY implies, for columns that the replay looked through. */
static const char *not_null_first(const LintStatement *s, const LintTarget *table,
                                  const PgQuery__Constraint *constraint)
{
    bool one = constraint->n_keys == 1;
    if (constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY ||
        lint_saw_scan(s, table) != SEEN_YES)
        return "";
    return arena_printf(s->run->arena,
                        "First ALTER TABLE %s ADD CHECK (%s IS NOT NULL) NOT VALID%s, VALIDATE it in a later "
                        "file, SET NOT NULL. ",
                        table->shown,
                        one && lint_string(constraint->keys[0]) != NULL
                            ? lint_quoted(s->run->arena, lint_string(constraint->keys[0]))
                            : "…",
                        one ? "" : " for each column that may be NULL");
}

/* True when a column of the key comes with the same ALTER TABLE. */
static bool adds_key(const LintStatement *s, const PgQuery__Constraint *constraint)
{
    const PgQuery__AlterTableStmt *alter = s->node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT
                                               ? s->node->alter_table_stmt
                                               : NULL;
    for (size_t i = 0; alter != NULL && i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command =
            alter->cmds[i]->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD
                ? alter->cmds[i]->alter_table_cmd
                : NULL;
        if (command == NULL || command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn ||
            command->def == NULL || command->def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
            continue;
        for (size_t k = 0; k < constraint->n_keys; k++)
            if (text_equal(lint_string(constraint->keys[k]), command->def->column_def->colname))
                return true;
    }
    return false;
}

void lint_no_concurrent_way(const LintStatement *s, Finding *finding, const char *table)
{
    lint_fixf(
        s, finding,
        "There is no concurrent way to this constraint, as for EXCLUDE: make a new table with "
        "it beside %s, move the rows in batches, and swap the names.",
        table);
}

static void fix_unique(const LintStatement *s, Finding *finding, const LintTarget *table,
                       const PgQuery__Constraint *constraint, const char *name)
{
    Arena *arena = s->run->arena;
    const char *kind = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY ? "PRIMARY KEY"
                                                                                    : "UNIQUE";
    const char *columns = lint_columns_text(arena, constraint->keys, constraint->n_keys);
    const char *more = constraint->n_including == 0
                           ? ""
                           : arena_printf(arena, " INCLUDE (%s)",
                                          lint_columns_text(arena, constraint->including,
                                                            constraint->n_including));
    if (table->relation != NULL && table->relation->kind == 'p') {
        lint_fixf(s, finding,
                  "ALTER TABLE ONLY %s ADD CONSTRAINT %s %s (%s)%s; on each partition CREATE UNIQUE INDEX "
                  "CONCURRENTLY and ADD CONSTRAINT … %s USING INDEX …; then ALTER INDEX %s ATTACH "
                  "PARTITION … for each.",
                  table->shown, name, kind, columns, more, kind, name);
        return;
    }
    /* The constraint gives the index its own name. */
    const char *index =
        drops(s, name)
            ? lint_quoted(arena, arena_printf(arena, "%s_new", lint_unquoted(arena, name)))
            : name;
    lint_fixf(s, finding,
              "%s%sIn a file of its own: CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s)%s%s; then "
              "ALTER TABLE "
              "%s %sADD CONSTRAINT %s %s USING INDEX %s%s%s.",
              adds_key(s, constraint) ? "First the new column alone. " : "",
              not_null_first(s, table, constraint), index, table->shown, columns, more,
              constraint->nulls_not_distinct ? " NULLS NOT DISTINCT" : "", table->shown,
              drop_first(s, name), name, kind, index, constraint->deferrable ? " DEFERRABLE" : "",
              constraint->initdeferred ? " INITIALLY DEFERRED" : "");
}

static void add_unique(const LintStatement *s, const LintTarget *table,
                       const PgQuery__Constraint *constraint, size_t at)
{
    Arena *arena = s->run->arena;
    bool primary = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
    const char *kind = primary ? "PRIMARY KEY" : "UNIQUE";
    const char *name = constraint->conname != NULL && constraint->conname[0] != '\0'
                           ? lint_quoted(arena, constraint->conname)
                       : primary ? lint_quoted(arena, arena_printf(arena, "%s_pkey", table->name))
                                 : constraint_name(s, table, constraint, "key");
    bool existing_index = constraint->indexname != NULL && constraint->indexname[0] != '\0';
    Seen scan = lint_saw_scan(s, table);
    if (existing_index && primary &&
        (scan == SEEN_YES || lint_past_nullable_index(s, table, constraint->indexname))) {
        Finding *finding = lint_add(s, LINT_PRIMARY_KEY_HIDDEN_SCAN, at,
                                    "PRIMARY KEY USING INDEX %s scans %s for NULLs: its columns are "
                                    "nullable",
                                    lint_quoted(arena, constraint->indexname), table->shown);
        lint_fixf(s, finding,
                  "First, for each column: ALTER TABLE %s ADD CHECK (… IS NOT NULL) NOT VALID, VALIDATE it "
                  "in a later file, SET NOT NULL; then ADD CONSTRAINT %s PRIMARY KEY USING INDEX %s.",
                  table->shown, name, lint_quoted(arena, constraint->indexname));
        if (scan == SEEN_YES)
            lint_provef(s, finding, "the replay scanned %s", table->shown);
    }
    Seen build = lint_saw_build(s, table);
    if (existing_index || build == SEEN_NO)
        return;
    Finding *finding =
        lint_add(s, primary ? LINT_ADD_PRIMARY_KEY : LINT_ADD_UNIQUE, at,
                 "adding %s (%s) builds its index on %s under ACCESS EXCLUSIVE", kind,
                 lint_columns_text(arena, constraint->keys, constraint->n_keys), table->shown);
    if (lint_has_words(s, "WITHOUT", "OVERLAPS"))
        lint_no_concurrent_way(s, finding, table->shown);
    else
        fix_unique(s, finding, table, constraint, name);
    if (build == SEEN_YES)
        lint_provef(s, finding, "the replay built an index on %s", table->shown);
}

static void add_exclude(const LintStatement *s, const LintTarget *table,
                        const PgQuery__Constraint *constraint, size_t at)
{
    Seen build = lint_saw_build(s, table);
    if (build == SEEN_NO)
        return;
    Finding *finding = lint_add(s, LINT_ADD_EXCLUDE, at,
                                "adding EXCLUDE constraint %s builds its index on %s under ACCESS "
                                "EXCLUSIVE",
                                constraint_name(s, table, constraint, "excl"), table->shown);
    lint_fixf(s, finding,
              "There is no concurrent way: CREATE TABLE %s (LIKE %s INCLUDING ALL) with the "
              "constraint, move the rows in batches, and swap the names.",
              lint_beside(s, table, "_new"), table->shown);
    if (build == SEEN_YES)
        lint_provef(s, finding, "the replay built an index on %s", table->shown);
}

/* A foreign key of a new table costs nothing but the lock on the old table that it refers to. */
static void reference_of_new(const LintStatement *s, const LintTarget *table,
                             const PgQuery__Constraint *constraint, size_t at)
{
    LintTarget parent = lint_target(s, constraint->pktable);
    if (!parent.existing || (lint_proven(s) && !lint_locks_anew(s, &parent)))
        return;
    Finding *finding = lint_add(s, LINT_CREATE_TABLE_REFERENCES, at,
                                "the foreign key of %s blocks writes to %s until the transaction ends",
                                table->shown, parent.shown);
    lint_fixf(s, finding, "Nothing is scanned: keep the transaction short, and lock_timeout small "
                          "(SET LOCAL lock_timeout = '3s').");
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, &parent)), parent.shown);
}

/* ---- what text does not say of a constraint that it validates ---- */

static char *known_key(const LintStatement *s, const LintTarget *table, const char *constraint)
{
    return lint_part_key(s, "constraint", table, lint_quoted(s->run->arena, constraint));
}

static void remember_known(const LintStatement *s, const LintTarget *table,
                           const PgQuery__Constraint *constraint)
{
    if (s->evidence == NULL && constraint->conname != NULL && constraint->conname[0] != '\0')
        map_set(s->run->not_null, known_key(s, table, constraint->conname), s->run);
}

/* It was made where the text does not reach: it may be the proof of a SET NOT NULL behind it. */
static void remember_unknown(const LintStatement *s, const LintTarget *table, const char *constraint)
{
    /* What is called a foreign key is one. */
    if (s->evidence != NULL || strcasestr(constraint, "fk") != NULL ||
        map_has(s->run->not_null, known_key(s, table, constraint)))
        return;
    LintAdded validated = {arena_strdup(s->run->arena, table->full), arena_strdup(s->run->arena, constraint),
                           s->item->line};
    VEC_PUSH(s->run->arena, s->file->unknown_proofs, validated);
}

bool lint_may_be_proven(const LintStatement *s, const LintTarget *table, const char *column)
{
    LintAdded *found = NULL;
    for (size_t i = 0; s->evidence == NULL && i < s->file->unknown_proofs.count; i++) {
        LintAdded *proof = &s->file->unknown_proofs.items[i];
        if (strcmp(proof->table, table->full) != 0 || proof->constraint == NULL)
            continue;
        /* One that has the column in its name, else the first. */
        if (found == NULL || strcasestr(proof->constraint, column) != NULL)
            found = proof;
        if (strcasestr(proof->constraint, column) != NULL)
            break;
    }
    if (found == NULL)
        return false;
    found->constraint = NULL; /* it proves one column */
    return true;
}

void lint_rules_add_constraint(const LintStatement *s, const LintTarget *table,
                               const PgQuery__Constraint *constraint, size_t at)
{
    remember_known(s, table, constraint);
    if (!table->existing) {
        if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
            reference_of_new(s, table, constraint, at);
        else if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK)
            remember_proof(s, table, constraint);
        return;
    }
    if (constraint->location > 0)
        at = lint_at(s, constraint->location);
    switch (constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
        add_check(s, table, constraint, at);
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        add_foreign_key(s, table, constraint, at);
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
        add_unique(s, table, constraint, at);
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
        add_exclude(s, table, constraint, at);
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL: /* ADD NOT NULL c, from grammar 18 on */
        if (constraint->skip_validation)
            remember_not_valid(s, table, constraint, "not_null");
        else if (constraint->n_keys > 0 && lint_string(constraint->keys[0]) != NULL)
            lint_rules_set_not_null(s, table, lint_string(constraint->keys[0]), at);
        break;
    default:
        break;
    }
}

void lint_rules_validate(const LintStatement *s, const LintTarget *table, const char *constraint,
                         size_t at)
{
    const char *name = lint_quoted(s->run->arena, constraint);
    char *proven = map_get(s->run->not_null, lint_part_key(s, "check", table, name));
    if (proven != NULL)
        map_set(s->run->not_null, proven, proven);
    else
        remember_unknown(s, table, constraint);
    if (!s->file->transactional || !table->existing)
        return;
    for (size_t i = 0; i < s->file->not_valid.count; i++) {
        const LintAdded *added = &s->file->not_valid.items[i];
        if (strcmp(added->constraint, name) != 0 || strcmp(added->table, table->full) != 0)
            continue;
        Finding *finding = lint_add(s, LINT_VALIDATE_SAME_TRANSACTION, at,
                                    "%s was added NOT VALID in the same transaction (line %zu): the "
                                    "lock taken there is held while %s is scanned",
                                    name, added->line, table->shown);
        lint_fixf(s, finding, "Move ALTER TABLE %s VALIDATE CONSTRAINT %s into a later file.",
                  table->shown, name);
        if (lint_saw_scan(s, table) == SEEN_YES || (s->evidence && s->evidence->validated.count > 0))
            lint_provef(s, finding, "the replay validated it under %s on %s",
                        lint_lock_name(lint_lock_on(s, table)), table->shown);
    }
}

/* True when the statement drops that table too: then it is closed for its own sake. */
static bool is_dropped_too(const LintStatement *s, const LintRelation *relation)
{
    const PgQuery__DropStmt *drop =
        s->node->node_case == PG_QUERY__NODE__NODE_DROP_STMT ? s->node->drop_stmt : NULL;
    for (size_t i = 0; drop != NULL && i < drop->n_objects; i++) {
        const PgQuery__Node *node = drop->objects[i];
        if (node->node_case != PG_QUERY__NODE__NODE_LIST || node->list->n_items == 0)
            continue;
        const PgQuery__List *list = node->list;
        const char *schema = list->n_items > 1 ? lint_string(list->items[list->n_items - 2]) : NULL;
        if (lint_target_named(s, schema, lint_string(list->items[list->n_items - 1])).relation == relation)
            return true;
    }
    return false;
}

/* The parts of a statement close a table but once. */
static bool is_told(const LintStatement *s, const char *table)
{
    LintFile *file = s->file;
    if (file->referenced_by != s->number)
        file->referenced_tables = map_new(s->run->arena);
    file->referenced_by = s->number;
    if (!s->inner && map_has(file->referenced_tables, table))
        return true;
    map_set(file->referenced_tables, table, file);
    return false;
}

/* Which other old tables the statement closed: those that a dropped foreign key referred to. */
void lint_rules_drop_constraint(const LintStatement *s, const LintTarget *table, const char *what,
                                size_t at)
{
    if (s->evidence == NULL)
        return;
    for (size_t i = 0; i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        const LintRelation *other = held->relation;
        if (other == table->relation || held->mode != LOCK_ACCESS_EXCLUSIVE || !held->fresh ||
            (other->kind != 'r' && other->kind != 'p') || other->name[0] == '\0' ||
            (table->relation != NULL &&
             (text_equal(other->parent, table->relation->oid) ||
              text_equal(table->relation->parent, other->oid) ||
              !lint_observed_reference(s->run, table->relation, other))) ||
            is_dropped_too(s, other))
            continue;
        const char *name = arena_printf(s->run->arena, "%s.%s", other->schema, other->name);
        if (is_told(s, name))
            continue;
        Finding *finding = lint_add(s, LINT_DROP_FOREIGN_KEY, at,
                                    "dropping %s locks the referenced table %s ACCESS EXCLUSIVE as well",
                                    what, name);
        lint_fixf(s, finding,
                  "One such statement a transaction, with SET LOCAL lock_timeout = '3s': both tables are "
                  "closed until it commits.");
        lint_provef(s, finding, "ACCESS EXCLUSIVE on %s", name);
    }
}

/* ---- domains ---- */

static size_t closed_tables(const LintStatement *s, const char **ret_first)
{
    size_t count = 0;
    *ret_first = NULL;
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        if (held->mode < LOCK_SHARE || !held->fresh || strchr("rp", held->relation->kind) == NULL)
            continue;
        if (count++ == 0)
            *ret_first = lint_relation_shown(s->run->arena, held->relation);
    }
    return count;
}

void lint_rules_domain(const LintStatement *s)
{
    const PgQuery__AlterDomainStmt *alter = s->node->alter_domain_stmt;
    Arena *arena = s->run->arena;
    bool check = alter->subtype[0] == 'C', not_null = alter->subtype[0] == 'O';
    if (!check && !not_null)
        return;
    if (check && alter->def != NULL && alter->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
        alter->def->constraint->skip_validation)
        return;
    const char *first;
    const char *domain = lint_names_text(arena, alter->type_name, alter->n_type_name, ".");
    size_t count = closed_tables(s, &first);
    if (map_has(s->run->created, arena_printf(arena, "DOMAIN %s", domain)) || (lint_proven(s) && count == 0))
        return;
    Finding *finding = lint_add(s, LINT_DOMAIN_CONSTRAINT, 0,
                                "%s on domain %s blocks writes to, and scans, every table that uses it",
                                check ? "ADD CONSTRAINT" : "SET NOT NULL", domain);
    lint_fixf(s, finding,
              check ? "ALTER DOMAIN %s ADD CONSTRAINT … NOT VALID, then CHECK constraints on the tables, "
                      "NOT VALID first and validated in later files."
                    : "CHECK (… IS NOT NULL) NOT VALID on each table whose column has the type %s, "
                      "validated in later files.",
              domain);
    if (count > 0)
        lint_provef(s, finding, "SHARE on %zu table%s, the first is %s", count, count == 1 ? "" : "s",
                    first);
}
