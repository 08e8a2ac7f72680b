/* Names that the running release still uses: renames, SET SCHEMA, enum values. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

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
    if (!table.existing || lint_part_is_new(s, "COLUMN", &table, rename->subname))
        return;
    const char *old = lint_quoted(arena, rename->subname);
    const char *name = lint_quoted(arena, rename->newname);
    Finding *finding = lint_add(s, LINT_RENAME, 0,
                                "renaming column %s of %s to %s breaks the release that still runs", old,
                                table.shown, name);
    lint_fixf(s, finding,
              "Add %s to %s, of the type of %s; keep both equal by a trigger; UPDATE %s SET %s = %s in "
              "batches; drop %s two releases later.",
              name, table.shown, old, table.shown, name, old, old);
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
    if (node->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS)
        return lint_names_text(s->run->arena, node->object_with_args->objname,
                               node->object_with_args->n_objname, ".");
    return lint_string(node) == NULL ? "" : lint_quoted(s->run->arena, lint_string(node));
}

/* As the keys of what the file created are written: "FUNCTION f". */
static bool is_new(const LintStatement *s, const char *what, const char *name)
{
    const char *dot = strrchr(name, '.');
    char *key = arena_printf(s->run->arena, "%s %s", what, dot == NULL ? name : dot + 1);
    for (char *c = key; *c != ' '; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return map_has(s->run->created, key);
}

static void rename_object(const LintStatement *s, const char *what, const char *old,
                          const char *name)
{
    if (is_new(s, what, old))
        return;
    Finding *finding = lint_add(s, LINT_RENAME, 0, "renaming %s %s to %s breaks the release that still "
                                "runs", what, old, lint_quoted(s->run->arena, name));
    lint_fixf(s, finding, "Make %s beside %s, move its users over, and drop the old one a release later.",
              lint_quoted(s->run->arena, name), old);
    /* A new type of the old name may follow, as where an enum gets other values. */
    const char *dot = strrchr(old, '.');
    if (strcmp(what, "type") == 0)
        lint_lost(s,
                  lint_type_key(
                      s,
                      dot == NULL ? NULL : arena_strndup(s->run->arena, old, (size_t)(dot - old)),
                      lint_unquoted(s->run->arena, dot == NULL ? old : dot + 1)),
                  finding);
}

static void rename_attribute(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    if (rename->relation == NULL || is_new(s, "type", rename->relation->relname))
        return;
    const char *type = lint_target(s, rename->relation).shown;
    Finding *finding = lint_add(s, LINT_RENAME, 0, "renaming attribute %s of type %s to %s breaks the "
                                "release that still runs", lint_quoted(s->run->arena, rename->subname),
                                type, lint_quoted(s->run->arena, rename->newname));
    lint_fixf(s, finding, "Make a new type beside %s, and move its users over.", type);
}

/* Objects that clients call by name, and that are no relations. */
static const char *object_words(PgQuery__ObjectType type)
{
    switch (type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TYPE:
        return "type";
    case PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN:
        return "domain";
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
        return "function";
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
        return "procedure";
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
        return "routine";
    case PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE:
        return "aggregate";
    default:
        return NULL;
    }
}

void lint_rules_rename(const LintStatement *s)
{
    const PgQuery__RenameStmt *rename = s->node->rename_stmt;
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
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
        rename_relation(s, rename, "foreign table", false);
        break;
    case PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE:
        rename_attribute(s, rename);
        break;
    default:
        if (object_words(rename->rename_type) != NULL)
            rename_object(s, object_words(rename->rename_type), object_text(s, rename->object),
                          rename->newname);
        break;
    }
}

static void move_object(const LintStatement *s, const PgQuery__AlterObjectSchemaStmt *alter)
{
    const char *what = object_words(alter->object_type);
    const char *name = object_text(s, alter->object);
    if (what == NULL || is_new(s, what, name))
        return;
    const char *schema = lint_quoted(s->run->arena, alter->newschema);
    Finding *finding = lint_add(s, LINT_RENAME, 0,
                                "moving %s %s to schema %s breaks the release that still runs", what, name,
                                schema);
    lint_fixf(s, finding, "Make it in %s beside %s, move its users over, and drop the old one a release "
              "later.", schema, name);
}

void lint_rules_set_schema(const LintStatement *s)
{
    const PgQuery__AlterObjectSchemaStmt *alter = s->node->alter_object_schema_stmt;
    if (alter->relation == NULL)
        move_object(s, alter);
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
