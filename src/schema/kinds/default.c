/* Defaults of columns. The expression of a generated column is the column's own. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"expression", ATTRIBUTE_ALTER}};

static char *prefix_of(DdlWriter *ddl, const Object *object)
{
    return arena_printf(ddl->arena, "ALTER TABLE ONLY %s ALTER COLUMN %s", object->parent->parent->key,
                        ddl_identifier(ddl->arena, object->name));
}

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "%s SET DEFAULT %s", prefix_of(ddl, object), object_get(object, "expression"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "%s DROP DEFAULT", prefix_of(ddl, object));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    create(ddl, after);
}

static Reaction reaction(const Object *object, const Object *need, NeedEvent event)
{
    return event != NEED_RETYPED || need == object->parent ? REACTION_REBUILD : REACTION_NONE;
}

static bool folds(const Object *object)
{
    return object->parent->kind == KIND_COLUMN;
}

static bool absorb(Object *parent, const Object *row)
{
    if (parent->kind != KIND_COLUMN || !object_get(parent, "generated"))
        return false;
    object_set(parent, "expression", object_get(row, "expression"));
    return true;
}

const KindSpec kind_default = {
    .name = "default",
    .json = "defaults",
    .sql = sql_kind_default,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_DEFAULT,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = create,
    .drop = drop,
    .alter = alter,
    .folds = folds,
    .reaction = reaction,
    .absorb = absorb,
};
