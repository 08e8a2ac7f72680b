/* DROP: what it destroys, what it closes on the way, what CASCADE reaches. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "../rules.h"

typedef struct DropKind {
    PgQuery__ObjectType type;
    const char *words;
    bool code; /* no data hangs on it: a warning */
} DropKind;

static const DropKind kinds[] = {
    {PG_QUERY__OBJECT_TYPE__OBJECT_TABLE, "TABLE", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_VIEW, "VIEW", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW, "MATERIALIZED VIEW", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA, "SCHEMA", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TYPE, "TYPE", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN, "DOMAIN", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE, "SEQUENCE", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE, "FOREIGN TABLE", false},
    {PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION, "EXTENSION", true},
    {PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION, "FUNCTION", true},
    {PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE, "PROCEDURE", true},
    {PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE, "ROUTINE", true},
    {PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE, "AGGREGATE", true},
};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

typedef struct DropName {
    const char *schema, *name, *shown;
} DropName;

/* The name of one object of DROP: a list of strings, a string, or a type name. */
static bool object_name(const LintStatement *s, const PgQuery__Node *node, DropName *ret)
{
    Arena *arena = s->run->arena;
    PgQuery__Node *const *items = NULL;
    size_t count = 0;
    *ret = (DropName){0};
    if (node->node_case == PG_QUERY__NODE__NODE_LIST) {
        items = node->list->items;
        count = node->list->n_items;
    } else if (node->node_case == PG_QUERY__NODE__NODE_TYPE_NAME) {
        items = node->type_name->names;
        count = node->type_name->n_names;
    } else if (node->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS) {
        items = node->object_with_args->objname;
        count = node->object_with_args->n_objname;
    } else if (lint_string(node) != NULL) {
        ret->name = lint_string(node);
        ret->shown = lint_quoted(arena, ret->name);
        return true;
    }
    if (count == 0 || lint_string(items[count - 1]) == NULL)
        return false;
    ret->name = lint_string(items[count - 1]);
    ret->schema = count > 1 ? lint_string(items[count - 2]) : NULL;
    ret->shown = lint_names_text(arena, items, count, ".");
    return true;
}

/* False when the replay tells that no object of that bare name went: it was not there. */
bool lint_went(const LintStatement *s, const char *name)
{
    if (!lint_proven(s) || !s->evidence->drops_seen)
        return true;
    for (size_t i = 0; i < s->evidence->dropped.count; i++) {
        char *identity = lint_unquoted(s->scratch, s->evidence->dropped.items[i].identity);
        identity[strcspn(identity, "(")] = '\0';
        size_t len = strlen(identity), size = strlen(name);
        if (len >= size && strcmp(identity + len - size, name) == 0 &&
            (len == size || identity[len - size - 1] == '.'))
            return true;
    }
    return false;
}

/* Types and schemas are no relations: they are new when this file's text created them, which the
   replay tells by the evidence of what went. */
static bool is_new(const LintStatement *s, const DropKind *kind, const DropName *name)
{
    char *key = arena_printf(s->run->arena, "%s %s", kind->words, name->name);
    if (map_has(s->run->created, key))
        return true;
    switch (kind->type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
        return !lint_target_named(s, name->schema, name->name).existing;
    default:
        return lint_proven(s) && s->evidence->dropped.count == 0;
    }
}

static void tell_partition(const LintStatement *s, const LintTarget *table)
{
    const LintRelation *relation = table->relation;
    if (relation == NULL || !relation->partition || relation->parent == NULL)
        return;
    const LintRelation *parent = lint_observed_oid(s->run, relation->parent);
    if (parent == NULL)
        return;
    const char *whole = lint_relation_shown(s->run->arena, parent);
    Finding *finding = lint_add(s, LINT_PARTITION_OF, 0,
                                "dropping the partition %s locks %s ACCESS EXCLUSIVE", table->shown,
                                whole);
    lint_fixf(s, finding, "ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY; in a file of its own; DROP "
              "TABLE %s in a later one.", whole, table->shown, table->shown);
    lint_provef(s, finding, "ACCESS EXCLUSIVE on %s", whole);
}

static void drop_table(const LintStatement *s, const DropName *name)
{
    LintTarget table = lint_target_named(s, name->schema, name->name);
    if (table.relation != NULL && table.relation->partition)
        tell_partition(s, &table);
    else
        lint_rules_drop_constraint(s, &table, table.shown, 0);
}

/* A function without arguments, behind the trigger that called it: no client calls that. */
static bool is_trigger_function(const LintStatement *s, const DropKind *kind, const PgQuery__Node *node)
{
    return kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION && s->file->drops_triggers &&
           node->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS &&
           node->object_with_args->n_objargs == 0;
}

static void drop_objects(const LintStatement *s, const PgQuery__DropStmt *drop, const DropKind *kind)
{
    for (size_t i = 0; i < drop->n_objects; i++) {
        DropName name;
        if (!object_name(s, drop->objects[i], &name) || is_new(s, kind, &name) ||
            is_trigger_function(s, kind, drop->objects[i]) ||
            (drop->missing_ok && !lint_went(s, name.name)))
            continue;
        /* Without CASCADE, a schema must be empty. */
        bool data = kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
                    (kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA &&
                     drop->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE);
        Finding *finding =
            lint_add(s, LINT_DROP, 0, "DROP %s %s%s", kind->words, name.shown,
                     data ? " destroys its data" : " breaks what still uses it");
        lint_fixf(s, finding,
                  "First a release that no longer uses %s%s; this DROP in the one after it.", name.shown,
                  kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE
                      ? " (rename it meanwhile, to be able to go back)"
                      : "");
        if (kind->code) {
            lint_soften(finding, SEVERITY_WARNING);
            lint_lost(s, lint_routine_key(s, name.schema, name.name), finding);
        }
        if (kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
            drop_table(s, &name);
        if (kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
            kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW)
            lint_lost(s, lint_target_named(s, name.schema, name.name).full, finding);
        /* RESTRICT let it go: no column has that type. */
        if ((kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
             kind->type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN) &&
            lint_proven(s) && drop->behavior != PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE)
            lint_lost(s, lint_type_key(s, name.schema, name.name), finding);
    }
}

static void drop_index(const LintStatement *s, const PgQuery__DropStmt *drop)
{
    for (size_t i = 0; i < drop->n_objects; i++) {
        DropName name;
        if (!object_name(s, drop->objects[i], &name))
            continue;
        LintTarget index = lint_target_named(s, name.schema, name.name);
        char *key = arena_printf(s->run->arena, "INDEX %s", name.name);
        if (!index.existing || map_has(s->run->created, key))
            continue;
        const LintRelation *table = index.relation == NULL || index.relation->parent == NULL
                                        ? NULL
                                        : lint_observed_oid(s->run, index.relation->parent);
        Finding *finding =
            table == NULL
                ? lint_add(s, LINT_DROP_INDEX, 0,
                           "dropping index %s without CONCURRENTLY locks its table ACCESS EXCLUSIVE",
                           name.shown)
                : lint_add(s, LINT_DROP_INDEX, 0,
                           "dropping index %s without CONCURRENTLY locks %s ACCESS EXCLUSIVE",
                           name.shown, lint_relation_shown(s->run->arena, table));
        if (index.relation != NULL && index.relation->kind == 'I')
            lint_fixf(s, finding, "There is no CONCURRENTLY for a partitioned index: SET LOCAL lock_timeout "
                                  "= '3s' before it, and nothing behind it.");
        else
            lint_fixf(s, finding,
                      "DROP INDEX CONCURRENTLY %s%s; in a file of its own, which then runs outside a "
                      "transaction.",
                      drop->missing_ok ? "IF EXISTS " : "", name.shown);
        if (table != NULL)
            lint_provef(s, finding, "ACCESS EXCLUSIVE on %s and the index",
                        lint_relation_shown(s->run->arena, table));
    }
}

/* Triggers, policies and rules: [schema,] table, name. */
static void drop_on_table(const LintStatement *s, const PgQuery__DropStmt *drop, const char *words)
{
    for (size_t i = 0; i < drop->n_objects; i++) {
        const PgQuery__Node *node = drop->objects[i];
        if (node->node_case != PG_QUERY__NODE__NODE_LIST || node->list->n_items < 2)
            continue;
        const PgQuery__List *list = node->list;
        const char *name = lint_string(list->items[list->n_items - 1]);
        const char *table = lint_string(list->items[list->n_items - 2]);
        const char *schema = list->n_items > 2 ? lint_string(list->items[list->n_items - 3]) : NULL;
        LintTarget target = lint_target_named(s, schema, table);
        if (!target.existing || (target.relation != NULL && target.relation->kind == 'v') ||
            (lint_proven(s) && !lint_locks_anew(s, &target)))
            continue;
        Finding *finding = lint_add(s, LINT_TRIGGER_LOCK, 0,
                                    "dropping %s %s locks %s ACCESS EXCLUSIVE until the transaction ends",
                                    words, lint_quoted(s->run->arena, name), target.shown);
        lint_fixf(s, finding,
                  "SET LOCAL lock_timeout = '3s' before it, and as little as possible behind it.");
        if (lint_lock_on(s, &target) != LOCK_NONE)
            lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, &target)), target.shown);
    }
}

/* IF EXISTS, and it did not: the replay dropped nothing (of those types; NULL: any). */
static bool dropped_nothing(const LintStatement *s, const char *type)
{
    if (!lint_proven(s) || !s->evidence->drops_seen)
        return false;
    for (size_t i = 0; i < s->evidence->dropped.count; i++)
        if (type == NULL || strstr(s->evidence->dropped.items[i].type, type) != NULL)
            return false;
    return true;
}

void lint_rules_drop(const LintStatement *s)
{
    if (s->node->node_case == PG_QUERY__NODE__NODE_DROPDB_STMT) {
        lint_add(s, LINT_DROP, 0, "DROP DATABASE %s destroys its data",
                 lint_quoted(s->run->arena, s->node->dropdb_stmt->dbname));
        return;
    }
    const PgQuery__DropStmt *drop = s->node->drop_stmt;
    s->file->drops_triggers |= drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER ||
                               drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
    if (drop->missing_ok && dropped_nothing(s, NULL))
        return;
    switch (drop->remove_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
        if (!drop->concurrent)
            drop_index(s, drop);
        return;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
        drop_on_table(s, drop, "trigger");
        return;
    case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
        drop_on_table(s, drop, "policy");
        return;
    case PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
        drop_on_table(s, drop, "rule");
        return;
    default:
        break;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (kinds[i].type == drop->remove_type)
            drop_objects(s, drop, &kinds[i]);
}

void lint_rules_drop_column(const LintStatement *s, const LintTarget *table, const char *column,
                            size_t at)
{
    if (!table->existing || dropped_nothing(s, "column") || !lint_went(s, column))
        return;
    const char *plain = lint_quoted(s->run->arena, column);
    if (lint_part_is_new(s, "COLUMN", table, column))
        return;
    Finding *finding = lint_add(s, LINT_DROP, at, "dropping column %s of %s destroys its data", plain,
                                table->shown);
    lint_fixf(s, finding, "First a release that neither reads nor writes %s.%s; this DROP in the one after "
              "it.", table->shown, plain);
    lint_rules_drop_constraint(
        s, table, arena_printf(s->run->arena, "column %s of %s", plain, table->shown), at);
}

void lint_rules_drop_attribute(const LintStatement *s, const PgQuery__RangeVar *type,
                               const char *attribute, size_t at)
{
    LintTarget target = lint_target(s, type);
    if (map_has(s->run->created, arena_printf(s->run->arena, "TYPE %s", type->relname)))
        return;
    const char *plain = lint_quoted(s->run->arena, attribute);
    Finding *finding = lint_add(s, LINT_DROP, at,
                                "dropping attribute %s of type %s breaks what still uses it", plain,
                                target.shown);
    lint_soften(finding, SEVERITY_WARNING);
    lint_fixf(s, finding, "First a release that no longer uses %s.%s; this DROP in the one after it.",
              target.shown, plain);
}

static const LintRelation *locked_relation(const LintStatement *s, const char *identity)
{
    for (size_t i = 0; i < s->evidence->locks.count; i++) {
        const LintRelation *relation = s->evidence->locks.items[i].relation;
        if (strcmp(identity, arena_printf(s->scratch, "%s.%s", relation->schema, relation->name)) == 0)
            return relation;
    }
    return NULL;
}

/* Made by this very file, as far as locks (of relations, and what hangs on them) or its text tell. */
static bool is_new_object(const LintStatement *s, const LintDropped *dropped)
{
    static const char *const relations[] = {"table", "view", "materialized view", "foreign table",
                                            "sequence"};
    static const char *const texts[] = {"function", "type"};
    char *identity = lint_unquoted(s->scratch, dropped->identity);
    const char *on = strstr(identity, " on ");
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        if (strcmp(texts[i], dropped->type) == 0) {
            identity[strcspn(identity, "(")] = '\0';
            const char *dot = strrchr(identity, '.');
            return map_has(s->run->created, arena_printf(s->scratch, "%s %s", i == 0 ? "FUNCTION" : "TYPE",
                                                         dot == NULL ? identity : dot + 1));
        }
    if (!s->evidence->locks_seen)
        return false;
    if (on != NULL)
        return locked_relation(s, on + strlen(" on ")) == NULL;
    if (strcmp(dropped->type, "table column") == 0 && strrchr(identity, '.') != NULL)
        *strrchr(identity, '.') = '\0';
    else if (!is_one_of(dropped->type, relations, ARRAY_LENGTH(relations)))
        return false;
    return locked_relation(s, identity) == NULL;
}

/* What CASCADE took along, as the replay saw it: views, constraints, tables, columns. */
void lint_rules_cascade(const LintStatement *s)
{
    static const char *const told[] = {"table", "view", "materialized view", "table column",
                                       "table constraint", "foreign table", "function", "type",
                                       "sequence", "trigger", "policy"};
    Buf names = {0};
    size_t count = 0;
    if (s->evidence == NULL || s->inner)
        return;
    for (size_t i = 0; i < s->evidence->dropped.count; i++) {
        const LintDropped *dropped = &s->evidence->dropped.items[i];
        /* `normal`: reached by a dependency that RESTRICT would have refused. */
        if (dropped->original || !dropped->normal || is_new_object(s, dropped))
            continue;
        for (size_t k = 0; k < ARRAY_LENGTH(told); k++) {
            if (strcmp(told[k], dropped->type) != 0)
                continue;
            if (count++ < 5)
                buf_printf(&names, "%s%s %s", names.len > 0 ? ", " : "", dropped->type,
                           dropped->identity);
        }
    }
    bool cascade = false;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(s->item->text, s->item->len, at);
        if (token.kind == SQL_TOKEN_END)
            break;
        cascade |= sqlscan_is_word(s->item->text, &token, "CASCADE");
        at = token.end;
    }
    if (count > 0 && cascade) {
        if (count > 5)
            buf_printf(&names, " and %zu more", count - 5);
        Finding *finding = lint_add(s, LINT_DROP, 0, "CASCADE also drops %s", buf_text(&names));
        lint_fixf(s, finding, "Leave CASCADE out, and drop by name what is meant to go.");
        lint_provef(s, finding, "the replay dropped %zu further object%s", count, count == 1 ? "" : "s");
    }
    buf_free(&names);
}
