/* Enum types: values are added in place, in order; anything else swaps the type. */
#include <string.h>

#include "../kinds.h"

static const AttributeSpec attributes[] = {{"values", ATTRIBUTE_ALTER}};

static void create(DdlWriter *ddl, const Object *object)
{
    StringList values = {0};
    Buf list = {0};
    ddl_lines(ddl->arena, object_get(object, "values"), &values);
    for (size_t i = 0; i < values.count; i++)
        buf_printf(&list, "%s\n    %s", i ? "," : "", values.items[i]);
    ddl_add(ddl, "CREATE TYPE %s AS ENUM (%s%s)", object->key, buf_text(&list),
            values.count ? "\n" : "");
    buf_free(&list);
}

/* Only when no value goes and none changes its place. */
static bool can_alter(const Object *before, const Object *after)
{
    Arena *arena = arena_new();
    StringList old = {0}, new = {0};
    ddl_lines(arena, object_get(before, "values"), &old);
    ddl_lines(arena, object_get(after, "values"), &new);
    size_t found = 0;
    for (size_t i = 0; i < new.count && found < old.count; i++) {
        if (strcmp(old.items[found], new.items[i]) == 0)
            found++;
    }
    bool all = found == old.count;
    arena_free(arena);
    return all;
}

static void add_value(DdlWriter *ddl, const char *type, const char *value, const char *where,
                      const char *neighbour)
{
    ddl_add_as(ddl, STATEMENT_COMMIT_AFTER, NULL, "ALTER TYPE %s ADD VALUE %s%s%s", type, value, where,
               neighbour);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    StringList old = {0}, new = {0};
    ddl_lines(ddl->arena, object_get(before, "values"), &old);
    ddl_lines(ddl->arena, object_get(after, "values"), &new);
    size_t at = 0;
    for (size_t i = 0; i < new.count; i++) {
        if (at < old.count && strcmp(old.items[at], new.items[i]) == 0) {
            at++;
        } else if (at == old.count) {
            add_value(ddl, after->key, new.items[i], "", "");
        } else {
            add_value(ddl, after->key, new.items[i], " BEFORE ", old.items[at]);
        }
    }
}

const KindSpec kind_enum = {
    .name = "enum type",
    .json = "enums",
    .noun = "TYPE",
    .sql = sql_kind_enum,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TYPE,
    .flags = KIND_TYPE | KIND_SWAPPED,
    .create = create,
    .alter = alter,
    .can_alter = can_alter,
};
