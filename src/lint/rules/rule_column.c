/* Columns: ADD COLUMN in all its forms, TYPE, SET NOT NULL. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

/* ---- ADD COLUMN ---- */

typedef struct NewColumn {
    const PgQuery__ColumnDef *def;
    const char *type, *name; /* as SQL writes them */
    const PgQuery__Node *fallback; /* its DEFAULT */
    const char *value;             /* that as it is written */
    bool serial, identity, stored, virtual, not_null, key;
    size_t at;
    int reason;
    Seen rewrite;
} NewColumn;

/* Of grammars that know it: those before 18 have no such field. */
static bool is_virtual(const PgQuery__Constraint *generated)
{
    const ProtobufCMessageDescriptor *descriptor = generated->base.descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const char *kind;
        if (strcmp(descriptor->fields[i].name, "generated_kind") != 0)
            continue;
        memcpy(&kind, (const char *)generated + descriptor->fields[i].offset, sizeof(kind));
        return kind != NULL && kind[0] == 'v';
    }
    return false;
}

static NewColumn look_at(const LintStatement *s, const LintTarget *table,
                         const PgQuery__ColumnDef *def, size_t at)
{
    NewColumn column = {.def = def, .at = at, .name = lint_quoted(s->run->arena, def->colname)};
    const PgQuery__Constraint *fallback =
        lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT);
    const PgQuery__Constraint *generated =
        lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED);
    column.type = lint_type_text(s->run->arena, def->type_name);
    column.fallback = fallback == NULL ? NULL : fallback->raw_expr;
    column.value = fallback == NULL ? "…" : lint_constraint_text(s, def, fallback, "DEFAULT");
    column.serial = lint_is_serial(lint_type_name(def->type_name));
    column.identity =
        lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) != NULL;
    column.virtual = generated != NULL && is_virtual(generated);
    column.stored = generated != NULL && !column.virtual;
    column.key = lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) != NULL;
    column.not_null =
        column.key || lint_column_constraint(def, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) != NULL;
    column.rewrite = lint_saw_rewrite(s, table, &column.reason);
    /* Another part of the statement may be what rewrites. */
    if (column.rewrite == SEEN_YES && column.reason != 0 && (column.reason & 2) == 0 &&
        lint_proven(s))
        column.rewrite = SEEN_NO;
    return column;
}

static const char *constraint_of(const LintStatement *s, const LintTarget *table, const NewColumn *column,
                                 const char *ending)
{
    Arena *arena = s->run->arena;
    return lint_quoted(arena, lint_object_name(arena, table->name, column->def->colname, ending));
}

static const char *batches(const LintStatement *s, const LintTarget *table, const NewColumn *column,
                           const char *value)
{
    return arena_printf(s->run->arena,
                        "UPDATE %s SET %s = %s WHERE %s IS NULL, in batches, outside this file",
                        table->shown, column->name, value, column->name);
}

static const char *then_not_null(const LintStatement *s, const LintTarget *table,
                                 const NewColumn *column)
{
    if (!column->not_null && !column->serial && !column->identity)
        return "";
    const char *name = constraint_of(s, table, column, "not_null");
    return arena_printf(s->run->arena,
                        "; then ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID, VALIDATE "
                        "it in a later file, and SET NOT NULL",
                        table->shown, name, column->name);
}

/* What serial stands for; one too small to be a key gets room. */
static const char *serial_type(const NewColumn *column)
{
    return column->serial || strcmp(column->type, "integer") == 0 ? "bigint" : column->type;
}

static void tell_default(const LintStatement *s, const LintTarget *table, const NewColumn *column)
{
    Volatility volatility = lint_volatility(column->fallback);
    if (volatility < DEFAULT_UNKNOWN && column->rewrite != SEEN_YES)
        return;
    if (column->rewrite == SEEN_NO)
        return;
    /* A rewrite for the sake of another column's default. */
    if (volatility == DEFAULT_STABLE)
        return;
    if (lint_calls(column->fallback, "nextval")) {
        Finding *finding = lint_add(s, LINT_ADD_SERIAL, column->at,
                                    "adding %s with DEFAULT nextval() %s %s", column->name,
                                    lint_may(column->rewrite, "rewrites", "rewrites"), table->shown);
        lint_fixf(s, finding, "ALTER TABLE %s ADD COLUMN %s %s; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT "
                  "%s; %s%s.", table->shown, column->name, column->type, table->shown, column->name,
                  column->value, batches(s, table, column, column->value),
                  then_not_null(s, table, column));
        lint_provef(s, finding, "the replay rewrote %s", table->shown);
        return;
    }
    Finding *finding = lint_add(
        s, LINT_ADD_COLUMN_VOLATILE_DEFAULT, column->at,
        column->rewrite == SEEN_YES || volatility == DEFAULT_VOLATILE
            ? "adding %s with a volatile DEFAULT rewrites %s"
            : "adding %s with a DEFAULT that calls a function rewrites %s, unless it is stable",
        column->name, table->shown);
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD COLUMN %s %s; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s; %s%s.",
              table->shown, column->name, column->type, table->shown, column->name, column->value,
              batches(s, table, column, column->value), then_not_null(s, table, column));
    if (column->rewrite == SEEN_YES)
        lint_provef(s, finding, "the replay rewrote %s", table->shown);
}

static void tell_serial(const LintStatement *s, const LintTarget *table, const NewColumn *column)
{
    if (column->rewrite == SEEN_NO)
        return;
    Finding *finding = lint_add(s, LINT_ADD_SERIAL, column->at, "adding %s as %s rewrites %s",
                                column->name, column->serial ? column->type : "an identity column",
                                table->shown);
    Arena *arena = s->run->arena;
    const char *type = serial_type(column);
    const char *sequence =
        lint_quoted(arena, lint_object_name(arena, table->name, column->def->colname, "seq"));
    const char *next = arena_printf(arena, "nextval('%s')", sequence);
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD COLUMN %s %s; CREATE SEQUENCE %s OWNED BY %s.%s; ALTER TABLE %s ALTER "
              "COLUMN %s SET DEFAULT %s; %s%s.",
              table->shown, column->name, type, sequence, table->shown, column->name, table->shown,
              column->name, next, batches(s, table, column, next),
              then_not_null(s, table, column));
    if (column->rewrite == SEEN_YES)
        lint_provef(s, finding, "the replay rewrote %s", table->shown);
}

static void tell_generated(const LintStatement *s, const LintTarget *table, const NewColumn *column)
{
    if (column->rewrite == SEEN_NO)
        return;
    Finding *finding = lint_add(s, LINT_ADD_GENERATED_STORED, column->at,
                                "adding %s as GENERATED … STORED rewrites %s", column->name,
                                table->shown);
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD COLUMN %s %s, a BEFORE INSERT OR UPDATE trigger that fills it, and %s. "
              "From PostgreSQL 18: GENERATED ALWAYS AS (…) VIRTUAL.",
              table->shown, column->name, column->type, batches(s, table, column, "…"));
    if (column->rewrite == SEEN_YES)
        lint_provef(s, finding, "the replay rewrote %s", table->shown);
}

/* A rewrite that nothing in the column's text explains: its type is a domain that has constraints. */
static void tell_domain(const LintStatement *s, const LintTarget *table, const NewColumn *column)
{
    bool known = map_has(s->run->new_domains, lint_type_name(column->def->type_name));
    if (column->rewrite == SEEN_NO || (column->rewrite == SEEN_UNKNOWN && !known))
        return;
    /* Type modifiers and the names of the parser's own types are no domains. */
    const PgQuery__TypeName *type = column->def->type_name;
    const char *schema = type != NULL && type->n_names > 1 ? lint_string(type->names[0]) : NULL;
    if (!known && (type == NULL || (schema != NULL && strcmp(schema, "pg_catalog") == 0)))
        return;
    Finding *finding = lint_add(s, LINT_ADD_DOMAIN_COLUMN, column->at,
                                "adding %s of the domain %s, which has a constraint, rewrites %s",
                                column->name, column->type, table->shown);
    lint_fixf(s, finding,
              "Give %s the base type of %s, and ALTER TABLE %s ADD CONSTRAINT %s CHECK (…) NOT "
              "VALID; VALIDATE CONSTRAINT in a later file.",
              column->name, column->type, table->shown, constraint_of(s, table, column, "check"));
    if (column->rewrite == SEEN_YES)
        lint_provef(s, finding, "the replay rewrote %s", table->shown);
}

static void tell_not_null(const LintStatement *s, const LintTarget *table, const NewColumn *column)
{
    if (!column->not_null || column->fallback != NULL || column->serial || column->identity ||
        column->stored || column->virtual)
        return;
    Finding *finding = lint_add(s, LINT_ADD_COLUMN_NOT_NULL, column->at,
                                "adding %s NOT NULL without a default fails when %s has rows",
                                column->name, table->shown);
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD COLUMN %s %s NOT NULL DEFAULT <constant>; or add it nullable, %s%s.",
              table->shown, column->name, column->type, batches(s, table, column, "…"),
              then_not_null(s, table, column));
}

/* A column that has to be filled in another way than by ADD COLUMN. */
static bool is_costly(const NewColumn *column)
{
    return column->rewrite == SEEN_YES || column->serial || column->identity || column->stored ||
           (column->rewrite == SEEN_UNKNOWN && lint_volatility(column->fallback) >= DEFAULT_UNKNOWN);
}

/* " DEFAULT …" and " NOT NULL" where they cost nothing. */
static const char *default_text(const LintStatement *s, const NewColumn *column)
{
    return column->fallback == NULL || is_costly(column)
               ? ""
               : arena_printf(s->run->arena, " %sDEFAULT %s", column->not_null ? "NOT NULL " : "",
                              column->value);
}

static void tell_inline(const LintStatement *s, const LintTarget *table, const NewColumn *column,
                        const PgQuery__Constraint *constraint)
{
    bool check = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK;
    const char *what = check                                                             ? "CHECK"
                       : constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE ? "UNIQUE"
                                                                                     : "PRIMARY KEY";
    Seen seen = check ? lint_saw_scan(s, table) : lint_saw_build(s, table);
    if (check && seen == SEEN_NO && column->rewrite == SEEN_YES)
        seen = SEEN_YES; /* the rewrite checks on the way */
    if (seen == SEEN_NO)
        return;
    bool named = constraint->conname != NULL && constraint->conname[0] != '\0';
    Arena *arena = s->run->arena;
    const char *ending = check ? "check" : "key";
    const char *name = lint_quoted(
        arena, named ? constraint->conname
               : constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY
                   ? arena_printf(arena, "%s_pkey", table->name)
                   : lint_object_name(arena, table->name, column->def->colname, ending));
    Finding *finding = lint_add(s, LINT_ADD_COLUMN_INLINE_CONSTRAINT, lint_at(s, constraint->location),
                                "adding %s with %s %s %s under ACCESS EXCLUSIVE", column->name, what,
                                check ? "scans" : "builds an index on", table->shown);
    if (check)
        lint_fixf(s, finding,
                  "ALTER TABLE %s ADD COLUMN %s %s%s; ALTER TABLE %s ADD CONSTRAINT %s CHECK %s NOT VALID; "
                  "in a later file: ALTER TABLE %s VALIDATE CONSTRAINT %s.",
                  table->shown, column->name, column->type, default_text(s, column), table->shown, name,
                  lint_constraint_text(s, column->def, constraint, "CHECK"), table->shown, name);
    else if (is_costly(column))
        lint_fixf(s, finding,
                  "First the column, filled; in a file of its own: CREATE UNIQUE INDEX CONCURRENTLY %s ON %s "
                  "(%s); then ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s.",
                  name, table->shown, column->name, table->shown, name, what, name);
    else
        lint_fixf(s, finding,
                  "ALTER TABLE %s ADD COLUMN %s %s%s; in a file of its own: CREATE UNIQUE INDEX "
                  "CONCURRENTLY %s ON %s (%s); then ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s.",
                  table->shown, column->name, column->type, default_text(s, column), name, table->shown,
                  column->name, table->shown, name, what, name);
    if (seen == SEEN_YES)
        lint_provef(s, finding, "the replay %s %s", check ? "scanned" : "built an index on",
                    table->shown);
}

static void tell_references(const LintStatement *s, const LintTarget *table, const NewColumn *column,
                            const PgQuery__Constraint *constraint)
{
    LintTarget parent = lint_target(s, constraint->pktable);
    const PgQuery__Node *fallback = column->fallback;
    bool null_default = fallback == NULL || (fallback->node_case == PG_QUERY__NODE__NODE_A_CONST &&
                                             fallback->a_const->isnull);
    bool named = constraint->conname != NULL && constraint->conname[0] != '\0';
    const char *key = named ? constraint->conname
                            : lint_object_name(s->run->arena, table->name, column->def->colname, "fkey");
    /* Another part of the statement may be what was validated. */
    bool validated = s->evidence != NULL && !s->maybe && !s->evidence->deaf
                         ? lint_evidence_has(&s->evidence->validated, key) ||
                               (!null_default && s->evidence->validated.count > 0)
                         : !null_default;
    if (validated) {
        const char *name = lint_quoted(s->run->arena, key);
        Finding *finding =
            lint_add(s, LINT_ADD_FOREIGN_KEY, lint_at(s, constraint->location),
                     "adding %s with a DEFAULT and REFERENCES %s looks up every row of %s",
                     column->name, parent.shown, table->shown);
        lint_fixf(s, finding,
                  "Add %s without REFERENCES; ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES "
                  "%s NOT VALID; then, in a later file, ALTER TABLE %s VALIDATE CONSTRAINT %s.",
                  column->name, table->shown, name, column->name,
                  lint_constraint_text(s, column->def, constraint, "REFERENCES"), table->shown, name);
        lint_provef(s, finding, "the replay validated the foreign key");
        return;
    }
    /* The column's own table is closed anyway. */
    if (!parent.existing || strcmp(parent.full, table->full) == 0 ||
        (lint_proven(s) && !lint_locks_anew(s, &parent)))
        return;
    Finding *finding = lint_add(s, LINT_ADD_COLUMN_REFERENCES, lint_at(s, constraint->location),
                                "REFERENCES blocks writes to %s until the transaction ends",
                                parent.shown);
    lint_fixf(s, finding, "Nothing is scanned: keep the transaction short, and lock_timeout small "
                          "(SET LOCAL lock_timeout = '3s').");
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, &parent)), parent.shown);
}

static void tell_constraints(const LintStatement *s, const LintTarget *table,
                             const NewColumn *column)
{
    for (size_t i = 0; i < column->def->n_constraints; i++) {
        const PgQuery__Node *node = column->def->constraints[i];
        if (node->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
            continue;
        switch (node->constraint->contype) {
        case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
        case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
        case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
            tell_inline(s, table, column, node->constraint);
            break;
        case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
            tell_references(s, table, column, node->constraint);
            break;
        default:
            break;
        }
    }
}

void lint_rules_add_column(const LintStatement *s, const LintTarget *table,
                           const PgQuery__ColumnDef *def, size_t at)
{
    if (!table->existing)
        return;
    if (def->location > 0)
        at = lint_at(s, def->location);
    NewColumn column = look_at(s, table, def, at);
    if (column.stored)
        tell_generated(s, table, &column);
    else if (column.serial || column.identity)
        tell_serial(s, table, &column);
    else if (column.fallback != NULL)
        tell_default(s, table, &column);
    else
        tell_domain(s, table, &column);
    tell_not_null(s, table, &column);
    tell_constraints(s, table, &column);
}

/* ---- ALTER COLUMN … TYPE ---- */

/* What the new column is filled with: the expression of USING, else the old one. */
static const char *filled_with(const LintStatement *s, const PgQuery__AlterTableCmd *command, size_t at)
{
    size_t end = lint_part_end(s, at);
    while (command->def->column_def->raw_default != NULL) {
        SqlToken token = sqlscan_token(s->text, end, at);
        if (token.kind == SQL_TOKEN_END)
            break;
        at = token.end;
        if (sqlscan_is_word(s->text, &token, "USING"))
            return lint_sql(s->run->arena, s->text + at, end - at, 400);
    }
    return lint_quoted(s->run->arena, command->name);
}

static void fix_type(const LintStatement *s, Finding *finding, const LintTarget *table,
                     const PgQuery__AlterTableCmd *command, const char *type, size_t at)
{
    Arena *arena = s->run->arena;
    const char *plain = lint_quoted(arena, command->name);
    const char *other = lint_quoted(arena, arena_printf(arena, "%s_new", command->name));
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD COLUMN %s %s; keep both filled by a trigger; UPDATE %s SET %s = %s in "
              "batches; give it the default, the constraints and, CONCURRENTLY, the indexes of %s; then, in "
              "one short transaction, rename %s away and %s to %s.",
              table->shown, other, type, table->shown, other, filled_with(s, command, at), plain, plain,
              other, plain);
}

/* SET NOT NULL, a new CHECK or a partition in the same ALTER TABLE: that is what the scan was for. */
static bool another_part_scans(const LintStatement *s)
{
    if (s->node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        return false;
    const PgQuery__AlterTableStmt *alter = s->node->alter_table_stmt;
    for (size_t i = 0; i < alter->n_cmds; i++) {
        if (alter->cmds[i]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
            continue;
        switch (alter->cmds[i]->alter_table_cmd->subtype) {
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
            return true;
        default:
            break;
        }
    }
    return false;
}

/* It is rewritten in one TimeZone alone, which production may not be in; and there is a way without. */
static void blame_zone(const LintStatement *s, Finding *finding)
{
    if (s->run->policy->timezone == NULL)
        lint_soften(finding, SEVERITY_WARNING);
    lint_fixf(s, finding, "%s timezone = 'UTC'; before it, when the values are in UTC: then no row changes.",
              s->file->transactional ? "SET LOCAL" : "SET");
}

void lint_rules_alter_type(const LintStatement *s, const LintTarget *table,
                           const PgQuery__AlterTableCmd *command, size_t at)
{
    if (!table->existing || command->def == NULL ||
        command->def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF ||
        lint_past_alike(s, table, command))
        return;
    const char *column = lint_quoted(s->run->arena, command->name);
    const char *type = lint_type_text(s->run->arena, command->def->column_def->type_name);
    int reason;
    Seen rewrite = lint_saw_rewrite(s, table, &reason);
    if (rewrite == SEEN_YES && reason != 0 && (reason & 4) == 0)
        rewrite = SEEN_NO;
    if (rewrite != SEEN_NO) {
        Finding *finding = lint_add(s, LINT_TYPE_REWRITE, at,
                                    rewrite == SEEN_YES
                                        ? "changing the type of %s to %s rewrites %s"
                                        : "changing the type of %s to %s rewrites %s, unless the old "
                                          "type is stored alike",
                                    column, type, table->shown);
        fix_type(s, finding, table, command, type, at);
        if (rewrite == SEEN_YES && s->evidence->zone != NULL)
            blame_zone(s, finding);
        if (rewrite == SEEN_YES && s->evidence->zone != NULL)
            lint_provef(s, finding, "the replay rewrote %s in TimeZone %s, though not in its own",
                        table->shown, s->evidence->zone);
        else if (rewrite == SEEN_YES)
            lint_provef(s, finding, "the replay rewrote %s", table->shown);
        return;
    }
    Finding *finding = NULL;
    if (lint_saw_build(s, table) == SEEN_YES) {
        finding = lint_add(s, LINT_TYPE_REINDEX, at,
                           "changing the type of %s to %s rebuilds indexes of %s", column, type,
                           table->shown);
        fix_type(s, finding, table, command, type, at);
        lint_provef(s, finding, "the replay built %s again",
                    s->evidence->built.count > 0 ? s->evidence->built.items[0] : "an index");
    }
    if (lint_saw_scan(s, table) == SEEN_YES && !another_part_scans(s)) {
        finding = lint_add(s, LINT_TYPE_RECHECK, at,
                           "changing the type of %s to %s checks the constraints of %s again", column,
                           type, table->shown);
        lint_fixf(s, finding,
                  "Drop the CHECK on %s first, and add it again NOT VALID behind this statement; "
                  "VALIDATE CONSTRAINT in a later file.",
                  column);
        lint_provef(s, finding, "the replay scanned %s", table->shown);
    }
}

/* ---- SET NOT NULL ---- */

static bool is_one_of_several(const LintStatement *s)
{
    return s->node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
           s->node->alter_table_stmt->n_cmds > 1;
}

static bool was_not_null(const LintStatement *s, const LintTarget *table, const char *column)
{
    const char *type;
    bool already = false;
    return table->relation != NULL && !lint_changed_here(s, table) &&
           lint_observed_column(s->run, table->relation, column, &type, &already) && already;
}

void lint_rules_set_not_null(const LintStatement *s, const LintTarget *table, const char *column,
                             size_t at)
{
    if (!table->existing)
        return;
    Arena *arena = s->run->arena;
    Seen scan = lint_saw_scan(s, table);
    int reason;
    if (scan == SEEN_NO && lint_saw_rewrite(s, table, &reason) == SEEN_YES)
        return; /* found out on the way of a rewrite that is told itself */
    const char *proof = arena_printf(arena, "%s.%s", table->name, column);
    if (lint_past_not_null(s, table, column))
        return;
    if (s->evidence == NULL &&
        map_get(s->run->not_null, arena_printf(arena, "%s.%s", table->full, column)) != NULL)
        return;
    if (scan == SEEN_NO || (s->evidence != NULL && lint_evidence_has(&s->evidence->proven, proof)) ||
        lint_may_be_proven(s, table, column))
        return;
    /* Another part of the statement may be what scanned. */
    if (is_one_of_several(s) && was_not_null(s, table, column))
        return;
    const char *name = lint_quoted(arena, lint_object_name(arena, table->name, column, "not_null"));
    const char *plain = lint_quoted(arena, column);
    Finding *finding = lint_add(s, LINT_SET_NOT_NULL, at, "SET NOT NULL on %s scans %s under ACCESS "
                                "EXCLUSIVE", plain, table->shown);
    if (lint_server_major(s) >= 18)
        lint_fixf(s, finding,
                  "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID; in a later file: ALTER TABLE %s "
                  "VALIDATE CONSTRAINT %s.", table->shown, name, plain, table->shown, name);
    else
        lint_fixf(s, finding,
              "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID; in a later file: ALTER "
              "TABLE %s VALIDATE CONSTRAINT %s; ALTER TABLE %s ALTER COLUMN %s SET NOT NULL; and, as a "
              "statement of its own, ALTER TABLE %s DROP CONSTRAINT %s.",
              table->shown, name, plain, table->shown, name, table->shown, plain, table->shown, name);
    if (scan == SEEN_YES)
        lint_provef(s, finding, "the replay scanned %s", table->shown);
}
