/*
 * Attributes of composite types. Their type cannot be altered while a table uses the composite type:
 * then the planner swaps that (see plan_closure.c).
 */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"type", ATTRIBUTE_ALTER},
    {"collation", ATTRIBUTE_ALTER},
    {"position", ATTRIBUTE_ORDER},
};

/* Typed tables follow only when told to. */
static const char *cascade(const Object *type)
{
    for (size_t i = 0; i < type->needed_by.count; i++) {
        if (type->needed_by.items[i]->kind == KIND_TYPED)
            return " CASCADE";
    }
    return "";
}

static void add_type(DdlWriter *ddl, const Object *object, const char *verb, const char *between)
{
    const char *collation = object_get(object, "collation");
    ddl_add(ddl, "ALTER TYPE %s %s ATTRIBUTE %s %s%s%s%s%s", object->parent->key, verb,
            ddl_identifier(ddl->arena, object->name), between, object_get(object, "type"),
            collation ? " COLLATE " : "", collation ? collation : "",
            cascade(object->parent));
}

static void create(DdlWriter *ddl, const Object *object)
{
    add_type(ddl, object, "ADD", "");
}

static void drop(DdlWriter *ddl, const Object *object)
{
    char *hazard = arena_printf(ddl->arena, "drops attribute %s and its values", object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "ALTER TYPE %s DROP ATTRIBUTE %s%s", object->parent->key,
               ddl_identifier(ddl->arena, object->name), cascade(object->parent));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    add_type(ddl, after, "ALTER", "TYPE ");
}

static bool retypes(const Object *before, const Object *after)
{
    (void)before;
    (void)after;
    return true;
}

const KindSpec kind_attribute = {
    .name = "attribute",
    .json = "attributes",
    .noun = "COLUMN",
    .sql = sql_kind_attribute,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_ATTRIBUTE,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = create,
    .drop = drop,
    .alter = alter,
    .retypes = retypes,
};
