/*
 * Triggers that a partition has from its parent's and that are enabled otherwise than that one. Nothing
 * else of such a trigger is the partition's own. What enables the parent's does so in all partitions: this
 * comes behind it.
 */
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"enabled", ATTRIBUTE_ALTER},
    {"of_parent", ATTRIBUTE_ALTER},
};

static void create(DdlWriter *ddl, const Object *object)
{
    kind_enabled_set(ddl, object, object_get(object, "enabled")[0]);
}

static void drop(DdlWriter *ddl, const Object *object)
{
    kind_enabled_set(ddl, object, object_get(object, "of_parent")[0]);
}

static Object *attachment_of(const Object *table)
{
    for (size_t i = 0; i < table->children.count; i++) {
        if (table->children.items[i]->kind == KIND_ATTACHMENT)
            return table->children.items[i];
    }
    return NULL;
}

static Object *parent_table(const Object *attachment)
{
    for (size_t i = 0; attachment && i < attachment->needs.count; i++) {
        Object *need = attachment->needs.items[i];
        if (need->kind == KIND_TABLE && need != attachment->parent)
            return need;
    }
    return NULL;
}

/* It is there while the partition is attached, and is set behind what is set above it. */
static void complete(Arena *arena, Object *object)
{
    Object *attachment = attachment_of(object->parent);
    while (attachment) {
        const Object *table = parent_table(attachment);
        Object *trigger = table ? object_child(table, KIND_TRIGGER, object->name) : NULL;
        Object *state = table ? object_child(table, KIND_TRIGGER_STATE, object->name) : NULL;
        object_add_need(arena, object, attachment);
        if (trigger)
            object_add_need(arena, object, trigger);
        if (state)
            object_add_need(arena, object, state);
        attachment = table && !trigger ? attachment_of(table) : NULL;
    }
}

const KindSpec kind_trigger_state = {
    .name = "trigger state",
    .json = "trigger_states",
    .noun = "TRIGGER",
    .sql = sql_kind_trigger_state,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TRIGGER,
    .flags = KIND_WITH_PARENT,
    .create = create,
    .drop = drop,
    .alter = kind_enabled_alter,
    .complete = complete,
};
