/*
 * Sequences of identity columns: their grants and comments. The column makes, alters and renames them
 * (column.c), and they belong to whom its table belongs to.
 */
#include "../kinds.h"

static const AttributeSpec attributes[] = {{"sequence", ATTRIBUTE_ALTER}};

static const char *called(const Object *object)
{
    return object_get(object, "sequence");
}

static void come_and_go(DdlWriter *ddl, const Object *object)
{
    (void)ddl;
    (void)object;
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    (void)ddl;
    (void)before;
    (void)after;
}

const KindSpec kind_identity_sequence = {
    .name = "identity sequence",
    .json = "identity_sequences",
    .noun = "SEQUENCE",
    .called = called,
    .sql = sql_kind_identity_sequence,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_OWNED,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = come_and_go,
    .drop = come_and_go,
    .alter = alter,
};
