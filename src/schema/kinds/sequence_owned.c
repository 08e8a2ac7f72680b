/* OWNED BY: the column that a sequence goes with. Apart from the sequence, since the column's default
   needs the sequence first. */
#include <ctype.h>

#include "dbmig/schema/snapshot.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"owned_by", ATTRIBUTE_ALTER}};

char *sequence_position_name(Arena *arena, const Object *column)
{
    char *name = arena_printf(arena, "position_%s_%s", column->parent->name, column->name);
    for (char *c = name; *c; c++) {
        if (!isalnum((unsigned char)*c))
            *c = '_';
    }
    return name;
}

/* The column had an identity before, whose position is kept. */
static void take_position(DdlWriter *ddl, const Object *object)
{
    const Object *column = snapshot_find(ddl->from, KIND_COLUMN, object_get(object, "owned_by"));
    const Object *heir = snapshot_find(ddl->to, KIND_COLUMN, object_get(object, "owned_by"));
    if (!column || !heir || !object_get(column, "identity") || object_get(heir, "identity") ||
        snapshot_find(ddl->from, KIND_SEQUENCE, object->parent->key))
        return;
    const char *setting = arena_printf(ddl->arena, "pg_catalog.current_setting('dbmig.%s')",
                                       sequence_position_name(ddl->arena, heir));
    ddl_add(ddl, "SELECT pg_catalog.setval(%s, pg_catalog.split_part(%s, ' ', 1)::bigint, "
                 "pg_catalog.split_part(%s, ' ', 2)::boolean)",
            ddl_literal(ddl->arena, object->parent->key), setting, setting);
}

static void own(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER SEQUENCE %s OWNED BY %s", object->key, object_get(object, "owned_by"));
}

static void create(DdlWriter *ddl, const Object *object)
{
    own(ddl, object);
    take_position(ddl, object);
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER SEQUENCE %s OWNED BY NONE", object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)before;
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
