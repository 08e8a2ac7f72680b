/*
 * Subscriptions. They are made without connecting (slots and passwords are the operator's
 * business), and dropped without their slot on the publisher.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"connection", ATTRIBUTE_ALTER}, {"publications", ATTRIBUTE_ALTER},
    {"slot_name", ATTRIBUTE_ALTER},  {"enabled", ATTRIBUTE_IGNORE},
    {"options", ATTRIBUTE_ALTER},    {"two_phase", ATTRIBUTE_REPLACE},
    {"failover", ATTRIBUTE_REPLACE},
};

static const char *slot_of(const Object *object)
{
    const char *slot = object_get(object, "slot_name");
    return slot ? slot : "NONE";
}

static void create(DdlWriter *ddl, const Object *object)
{
    const char *connection = object_get(object, "connection");
    ddl_add(ddl,
            "CREATE SUBSCRIPTION %s CONNECTION %s PUBLICATION %s WITH (connect = false, slot_name "
            "= %s%s%s, %s)",
            object->key, connection ? connection : "''", object_get(object, "publications"),
            slot_of(object), object_true(object, "two_phase") ? ", two_phase = on" : "",
            object_true(object, "failover") ? ", failover = true" : "",
            object_get(object, "options"));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER SUBSCRIPTION %s DISABLE", object->key);
    ddl_add(ddl, "ALTER SUBSCRIPTION %s SET (slot_name = NONE)", object->key);
    char *hazard = arena_printf(ddl->arena, "leaves the slot of subscription %s on the publisher",
                                object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "DROP SUBSCRIPTION %s", object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *prefix = arena_printf(ddl->arena, "ALTER SUBSCRIPTION %s", after->key);
    if (object_differs(before, after, "connection") && object_get(after, "connection"))
        ddl_add(ddl, "%s CONNECTION %s", prefix, object_get(after, "connection"));
    if (object_differs(before, after, "publications"))
        ddl_add(ddl, "%s SET PUBLICATION %s WITH (refresh = false)", prefix,
                object_get(after, "publications"));
    if (object_differs(before, after, "slot_name"))
        ddl_add(ddl, "%s SET (slot_name = %s)", prefix, slot_of(after));
    if (object_differs(before, after, "options"))
        ddl_add(ddl, "%s SET (%s)", prefix, object_get(after, "options"));
}

const KindSpec kind_subscription = {
    .name = "subscription",
    .json = "subscriptions",
    .noun = "SUBSCRIPTION",
    .sql = sql_kind_subscription,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_SUBSCRIPTION,
    .create = create,
    .drop = drop,
    .alter = alter,
};
