/* Names that the running release still uses: renames, SET SCHEMA, enum values. */
#include <string.h>

#include "dbmig/base/text.h"
#include "lint_private.h"

static void rename_relation(const LintStatement *s, const PgQuery__RenameStmt *rename,
                            const char *what, bool view)
{
    LintTarget target = lint_target(s, rename->relation);
    if (!target.existing)
        return;
    const char *name = lint_quoted(s->run->arena, rename->newname);
    Finding *finding = lint_add(s, LINT_RENAME, 0, "renaming %s %s to %s breaks the release that still "
                                "runs", what, target.shown, name);
    if (view)
        lint_fixf(s, finding, "CREATE VIEW %s AS SELECT * FROM %s; drop the old one a release later.", name,
                  target.shown);
    else
        lint_fixf(s, finding,
                  "In the same transaction: CREATE VIEW %s AS SELECT * FROM %s, dropped a release later.",
                  target.shown, name);
    lint_lost(s, target.full, finding);
}

static void rename_column(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    Arena *arena = s->run->arena;
    LintTarget table = lint_target(s, rename->relation);
    if (!table.existing)
        return;
    const char *old = lint_quoted(arena, rename->subname);
    const char *name = lint_quoted(arena, rename->newname);
    Finding *finding = lint_add(s, LINT_RENAME, 0,
                                "renaming column %s of %s to %s breaks the release that still runs", old,
                                table.shown, name);
    lint_fixf(s, finding,
              "ALTER TABLE %s ADD COLUMN %s, keep both equal by a trigger, UPDATE %s SET %s = %s in "
              "batches; drop %s two releases later.",
              table.shown, name, table.shown, name, old, old);
    lint_lost(s, lint_part_key(s, "column", &table, rename->subname), finding);
}

static const char *object_text(const LintStatement *s, const PgQuery__Node *node)
{
    if (node == NULL)
        return "";
    if (node->node_case == PG_QUERY__NODE__NODE_LIST)
        return lint_names_text(s->run->arena, node->list->items, node->list->n_items, ".");
    if (node->node_case == PG_QUERY__NODE__NODE_TYPE_NAME)
        return lint_names_text(s->run->arena, node->type_name->names, node->type_name->n_names, ".");
    return lint_string(node) == NULL ? "" : lint_quoted(s->run->arena, lint_string(node));
}

static void rename_object(const LintStatement *s, const char *what, const char *old,
                          const char *name)
{
    if (map_has(s->run->created, arena_printf(s->run->arena, "%s %s",
                                              text_equal(what, "schema") ? "SCHEMA" : "TYPE", old)))
        return;
    Finding *finding = lint_add(s, LINT_RENAME, 0, "renaming %s %s to %s breaks the release that still "
                                "runs", what, old, lint_quoted(s->run->arena, name));
    lint_fixf(s, finding, "Make %s beside %s, move its users over, and drop the old one a release later.",
              lint_quoted(s->run->arena, name), old);
}

void lint_rules_rename(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    switch (rename->rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
        rename_relation(s, rename, "table", false);
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
        rename_relation(s, rename, "view", true);
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
        rename_relation(s, rename, "materialized view", true);
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
        if (rename->relation != NULL)
            rename_column(s, rename);
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
        rename_object(s, "schema", lint_quoted(s->run->arena, rename->subname), rename->newname);
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
        rename_object(s, "type", object_text(s, rename->object), rename->newname);
        break;
    default:
        break;
    }
}

void lint_rules_set_schema(const LintStatement *s, const PgQuery__AlterObjectSchemaStmt *alter)
{
    if (alter->relation == NULL || alter->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE)
        return;
    LintTarget target = lint_target(s, alter->relation);
    if (!target.existing)
        return;
    const char *schema = lint_quoted(s->run->arena, alter->newschema);
    Finding *finding = lint_add(s, LINT_RENAME, 0,
                                "moving %s to schema %s breaks the release that still runs", target.shown,
                                schema);
    lint_fixf(s, finding,
              "In the same transaction: CREATE VIEW %s AS SELECT * FROM %s.%s, dropped a release later.",
              target.shown, schema, lint_quoted(s->run->arena, target.name));
    lint_lost(s, target.full, finding);
}

void lint_rules_enum(const LintStatement *s, const PgQuery__AlterEnumStmt *alter)
{
    Arena *arena = s->run->arena;
    const char *type = lint_names_text(arena, alter->type_name, alter->n_type_name, ".");
    if (map_has(s->run->created, arena_printf(arena, "TYPE %s", type)))
        return;
    if (alter->old_val != NULL && alter->old_val[0] != '\0') {
        Finding *finding = lint_add(s, LINT_RENAME, 0,
                                    "renaming value '%s' of %s to '%s' breaks the release that still runs",
                                    alter->old_val, type, alter->new_val);
        lint_fixf(s, finding, "ALTER TYPE %s ADD VALUE '%s', let both live, move the rows over, and stop "
                  "using '%s'.", type, alter->new_val, alter->old_val);
        return;
    }
    VEC_PUSH(arena, s->run->file.enum_values, arena_strdup(arena, alter->new_val));
    if (s->run->policy->strict[LINT_ENUM_VALUE_USE] &&
        (alter->new_val_neighbor == NULL || alter->new_val_neighbor[0] == '\0')) {
        Finding *finding = lint_add(s, LINT_ENUM_VALUE_USE, 0,
                                    "value '%s' of %s is added at the end, without BEFORE or AFTER",
                                    alter->new_val, type);
        finding->severity = SEVERITY_INFO;
        lint_fixf(s, finding, "ALTER TYPE %s ADD VALUE '%s' AFTER ….", type, alter->new_val);
    }
}
