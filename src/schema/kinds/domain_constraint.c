/* Check constraints of domains. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE},
    {"validated", ATTRIBUTE_ALTER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER DOMAIN %s ADD CONSTRAINT %s %s%s", object->parent->key,
            ddl_identifier(ddl->arena, object->name), object_get(object, "definition"),
            object_true(object, "validated") ? "" : " NOT VALID");
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER DOMAIN %s DROP CONSTRAINT %s", object->parent->key,
            ddl_identifier(ddl->arena, object->name));
}

static bool can_alter(const Object *before, const Object *after)
{
    (void)before;
    return object_true(after, "validated");
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
    ddl_add(ddl, "ALTER DOMAIN %s VALIDATE CONSTRAINT %s", after->parent->key,
            ddl_identifier(ddl->arena, after->name));
}

static bool folds(const Object *object)
{
    return object_true(object, "validated");
}

const KindSpec kind_domain_constraint = {
    .name = "domain constraint",
    .json = "domain_constraints",
    .noun = "CONSTRAINT",
    .sql = sql_kind_domain_constraint,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_ATTRIBUTE,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = create,
    .drop = drop,
    .alter = alter,
    .can_alter = can_alter,
    .folds = folds,
};
