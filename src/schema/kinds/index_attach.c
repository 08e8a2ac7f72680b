/* Indexes of partitions that belong to an index of the partitioned table. */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"parent_index", ATTRIBUTE_REPLACE}};

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER INDEX %s ATTACH PARTITION %s", object_get(object, "parent_index"), object->key);
}

/* There is no statement for it: the index goes with its parent, or its table is detached. */
static void drop(DdlWriter *ddl, const Object *object)
{
    (void)ddl;
    (void)object;
}

static void complete(Arena *arena, Object *object)
{
    Object *index = object->parent;
    for (size_t i = 0; i < object->needs.count; i++) {
        Object *need = object->needs.items[i];
        if (need != index && (need->kind == KIND_INDEX || need->kind == KIND_CONSTRAINT))
            index->origin = need;
    }
    const Object *table = index->parent;
    for (size_t i = 0; i < table->children.count; i++) {
        if (table->children.items[i]->kind == KIND_ATTACHMENT)
            object_add_need(arena, object, table->children.items[i]);
    }
}

static Reaction reaction(const Object *object, const Object *need, NeedEvent event)
{
    return event != NEED_RETYPED && (need == object->parent || need == object->parent->origin)
               ? REACTION_REBUILD
               : REACTION_NONE;
}

const KindSpec kind_index_attach = {
    .name = "index attachment",
    .json = "index_attachments",
    .sql = sql_kind_index_attach,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_INDEX_ATTACH,
    .flags = KIND_WITH_PARENT | KIND_LINK,
    .create = create,
    .drop = drop,
    .reaction = reaction,
    .complete = complete,
};
