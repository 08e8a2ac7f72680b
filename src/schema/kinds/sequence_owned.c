/* OWNED BY: the column that a sequence goes with. Apart from the sequence, since the column's default
   needs the sequence first. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"owned_by", ATTRIBUTE_ALTER}};

static void own(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER SEQUENCE %s OWNED BY %s", object->key, object_get(object, "owned_by"));
}

static void create(DdlWriter *ddl, const Object *object)
{
    own(ddl, object);
    position_take_owned(ddl, object);
}

static void drop(DdlWriter *ddl, const Object *object)
{
    position_leave_owned(ddl, object);
    ddl_add(ddl, "ALTER SEQUENCE %s OWNED BY NONE", object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    position_leave_owned(ddl, before);
    own(ddl, after);
}

const KindSpec kind_sequence_owned = {
    .name = "sequence ownership",
    .json = "sequence_ownerships",
    .sql = sql_kind_sequence_owned,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_OWNED,
    .flags = KIND_WITH_PARENT,
    .create = create,
    .drop = drop,
    .alter = alter,
};
